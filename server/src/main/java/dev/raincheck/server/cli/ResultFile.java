package dev.raincheck.server.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/**
 * Saves a result. When the connection breaks, it goes on where it was; it is written beside the file and
 * moved when it is whole, so that nobody sees half of it.
 */
final class ResultFile {
  /** Breaks in a row, without a byte in between. */
  private static final int TRIES_MAX = 5;

  private static final Duration REST = Duration.ofSeconds(1);

  private final Api api;
  private final Pause pause;
  private final String path;
  private final Path file;
  private final MessageDigest digest = sha256();
  private long written;

  /** @param path of the result */
  ResultFile(Api api, Pause pause, String path, Path file) {
    this.api = api;
    this.pause = pause;
    this.path = path;
    this.file = file;
  }

  /** Saves the body of an answer that has begun. */
  void save(HttpHeaders headers, InputStream body) throws IOException, InterruptedException {
    var folder = file.toAbsolutePath().getParent();
    Path part;
    try {
      part = Files.createTempFile(folder, ".raincheck-", ".part");
    } catch (IOException unwritable) {
      throw new Failure(ExitCode.USAGE, "cannot write to the folder of " + file);
    }
    try {
      try (var out = new Local(new DigestOutputStream(Files.newOutputStream(part), digest))) {
        download(headers, body, out);
      } catch (LocalFailure unwritable) {
        throw new Failure(ExitCode.USAGE, "cannot write %s: %s".formatted(file, unwritable.getMessage()));
      }
      check(headers);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private void download(HttpHeaders headers, InputStream body, OutputStream out)
      throws IOException, InterruptedException {
    var etag = headers.firstValue("ETag").orElse("");
    long length = headers.firstValueAsLong("Content-Length").orElse(-1);
    var rest = body;
    for (int tries = 1; ; ) {
      long before = written;
      IOException broken;
      try (var in = rest) {
        in.transferTo(out);
        if (length < 0 || written == length) return;
        broken = new IOException("the connection ended after " + written + " bytes");
      } catch (LocalFailure unwritable) {
        throw unwritable;
      } catch (IOException e) {
        broken = e;
      }
      tries = written > before ? 1 : tries + 1;
      if (tries > TRIES_MAX || etag.isEmpty()) throw api.unreachable(broken);
      pause.rest(REST);
      rest = rest(etag);
    }
  }

  private InputStream rest(String etag) {
    HttpResponse<InputStream> response;
    try {
      response =
          api.stream(path, Map.of("Range", "bytes=" + written + "-", "If-Range", etag));
    } catch (Failure unreachable) {
      return InputStream.nullInputStream(); // Counts as a try.
    }
    if (response.statusCode() == 206) return response.body();
    boolean passing = response.statusCode() == 429 || response.statusCode() >= 500;
    try {
      response.body().close();
    } catch (IOException closing) {
      // What matters is the status.
    }
    if (passing) return InputStream.nullInputStream();
    throw new Failure(
        ExitCode.REFUSED,
        "the result changed or went while it was saved (%d)".formatted(response.statusCode()));
  }

  private void check(HttpHeaders headers) {
    var told = headers.firstValue("Repr-Digest").orElse("");
    var own = "sha-256=:" + Base64.getEncoder().encodeToString(digest.digest()) + ":";
    if (!told.isEmpty() && !told.equals(own)) {
      throw new Failure(ExitCode.UNREACHABLE, "what arrived is not what was sent: its SHA-256 differs");
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static final class LocalFailure extends IOException {
    LocalFailure(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Tells trouble on this side from trouble with the connection, and counts. */
  private final class Local extends FilterOutputStream {
    Local(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
        written += length;
      } catch (IOException unwritable) {
        throw new LocalFailure(unwritable);
      }
    }
  }
}
