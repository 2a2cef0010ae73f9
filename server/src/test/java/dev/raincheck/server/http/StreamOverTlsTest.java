package dev.raincheck.server.http;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same with TLS below. */
final class StreamOverTlsTest extends StreamTest {
  @BeforeAll
  static void speakTls() throws IOException {
    TestServer.speakTls();
  }

  @AfterAll
  static void speakPlainly() {
    TestServer.speakPlainly();
  }
}
