package dev.raincheck.testkit;

import dev.raincheck.blob.BlobStore;

/** The specification keeps its own contract. */
class MemoryBlobsTest extends BlobContract {
  private final MemoryBlobs blobs = new MemoryBlobs(new ManualClock(AnOperation.EPOCH));

  @Override
  protected BlobStore open() {
    return blobs;
  }
}
