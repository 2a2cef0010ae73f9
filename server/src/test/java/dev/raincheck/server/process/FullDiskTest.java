package dev.raincheck.server.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.raincheck.server.process.Wire.Reply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file system of its own runs full, and has room again. Only root can mount one. */
@Timeout(300)
class FullDiskTest {
  private static final int DISK_MIB = 400;
  private static final int RESERVE_MIB = 64;
  private static final int MIB = 1 << 20;
  private static final int HELD = 3;
  private static final int SUBMITS_MAX = 1_000;
  private static final String WORK = "/v1/operations/work";

  /** A submit that needs room. */
  private static final String BIG = "{\"big\":\"%s\"}".formatted("x".repeat(900_000));

  @TempDir Path folder;

  /** Submits to be done before; those of the long form make the log longer than the reserve. */
  static IntStream before() {
    return Boolean.getBoolean("raincheck.long") ? IntStream.of(0, 60) : IntStream.of(0);
  }

  @ParameterizedTest
  @MethodSource("before")
  void without_room_new_work_is_refused_and_what_runs_records_its_end(int before) throws Exception {
    var disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(mounted(disk), "only root can mount a file system");
    try (var endpoint = new Endpoint()) {
      var installation =
          Installation.in(
              folder,
              """
              store: sqlite:%s
              operations:
                work: {target: "%s", concurrency: 4}
                later: {target: "%s", timeouts: {attempt_seconds: 3600}}
              """
                  .formatted(
                      disk.resolve("raincheck.db"), endpoint.url("/work"), endpoint.url("/later")));
      try (var server = installation.start();
          var wire = new Wire(installation.port())) {
        var running = new ArrayList<String>();
        endpoint.holdNext(HELD);
        for (int i = 0; i < HELD; i++) {
          running.add(wire.exchange("POST", WORK, "{\"runs\":%d}".formatted(i)).member("id"));
        }
        endpoint.awaitHeld(HELD);
        var later = wire.exchange("POST", "/v1/operations/later", "{}").member("id");
        var callback = endpoint.awaitRun(later, 1).callback();

        // The write-ahead log is long, and would need as much again to be moved into the file.
        var accepted = new ArrayList<String>();
        for (int i = 0; i < before; i++) {
          var reply = wire.exchange("POST", WORK, BIG, "Prefer", "wait=30");
          assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        }
        fill(disk.resolve("filler"), 8);
        var refused = untilRefused(wire, accepted);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Raincheck-Outcome")).isEqualTo("not-accepted");
        assertThat(refused.header("Retry-After")).isNotEmpty();

        // What runs ends, and is seen to.
        endpoint.releaseAll();
        for (var id : running) assertThat(done(wire, id).member("status")).isEqualTo("succeeded");
        var path = callback.substring(callback.indexOf("/v1/"));
        assertThat(wire.exchange("POST", path, "{}").status()).isEqualTo(204);
        assertThat(done(wire, later).member("status")).isEqualTo("succeeded");
        assertThat(wire.exchange("GET", "/healthz", "").status()).isEqualTo(200);
        assertThat(server.isAlive()).isTrue();

        // With room again, without a restart.
        Files.delete(disk.resolve("filler"));
        var again = wire.exchange("POST", WORK, "{\"is\":\"there\"}");
        assertThat(again.status()).as(again.text()).isEqualTo(202);
        accepted.add(again.member("id"));
        for (var id : accepted) assertThat(done(wire, id).member("status")).isEqualTo("succeeded");
      }
    } finally {
      Installation.ended(new ProcessBuilder("umount", disk.toString()));
    }
  }

  @Test
  void a_long_body_without_room_is_refused_and_leaves_nothing() throws Exception {
    var disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(mounted(disk), "only root can mount a file system");
    try (var endpoint = new Endpoint()) {
      var installation =
          Installation.in(
              folder,
              """
              store: sqlite:%s
              operations:
                later: {target: "%s", input_bytes: 200000000}
              """
                  .formatted(disk.resolve("raincheck.db"), endpoint.url("/later")));
      try (var server = installation.start();
          var wire = new Wire(installation.port())) {
        var body = "x".repeat(60 * MIB);
        fill(disk.resolve("filler"), 100);

        // The refusal overtakes the body, the rest of which nobody reads.
        var sender = Thread.ofVirtual().start(() -> sendIfTaken(wire, body));
        var refused = wire.receive();
        sender.join();
        assertThat(refused.status()).as(refused.text()).isEqualTo(503);
        assertThat(refused.member("code")).isEqualTo("overloaded");
        assertThat(refused.header("Raincheck-Outcome")).isEqualTo("not-accepted");
        assertThat(blobs(disk)).isEmpty();
        assertThat(server.isAlive()).isTrue();
      }
      try (var server = installation.start();
          var wire = new Wire(installation.port())) {
        Files.delete(disk.resolve("filler"));
        var again = wire.exchange("POST", "/v1/operations/later", "x".repeat(60 * MIB));
        assertThat(again.status()).as(again.text()).isEqualTo(202);
        assertThat(blobs(disk)).hasSize(1);
        assertThat(server.isAlive()).isTrue();
      }
    } finally {
      Installation.ended(new ProcessBuilder("umount", disk.toString()));
    }
  }

  private static void sendIfTaken(Wire wire, String body) {
    try {
      wire.send("POST", "/v1/operations/later", body);
    } catch (IOException refused) {
      // As it may be.
    }
  }

  private static List<Path> blobs(Path disk) throws Exception {
    try (var files = Files.walk(disk.resolve("raincheck.db.blobs"))) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  private static boolean mounted(Path disk) throws Exception {
    if (!System.getProperty("user.name").equals("root")) return false;
    var mount =
        List.of(
            "mount", "-t", "tmpfs", "-o", "size=%dm".formatted(DISK_MIB), "tmpfs", disk.toString());
    return Installation.ended(new ProcessBuilder(mount)).code() == 0;
  }

  /** Leaves so many megabytes. */
  private static void fill(Path filler, long left) throws Exception {
    long room = filler.getParent().toFile().getUsableSpace() - left * MIB;
    assertThat(room).isLessThan((long) (DISK_MIB - RESERVE_MIB) * MIB);
    try (var file =
        FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      var piece = ByteBuffer.allocate(MIB);
      for (; room > 0; room -= MIB) file.write(piece.clear());
    }
  }

  private static Reply untilRefused(Wire wire, List<String> accepted) throws Exception {
    for (int i = 0; i < SUBMITS_MAX; i++) {
      var reply = wire.exchange("POST", WORK, BIG);
      if (reply.status() != 202) return reply;
      accepted.add(reply.member("id"));
    }
    throw new AssertionError("the disk did not run full");
  }

  private static Reply done(Wire wire, String id) throws Exception {
    var done = wire.exchange("GET", "/v1/operations/" + id + "?wait=30", "");
    assertThat(done.status()).as(done.text()).isEqualTo(200);
    return done;
  }
}
