package dev.raincheck.server.http;

import dev.raincheck.server.tls.TestPems;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same with TLS below. */
final class StreamOverTlsTest extends StreamTest {
  @BeforeAll
  static void speakTls() {
    TestServer.tls = TestPems.any();
  }

  @AfterAll
  static void speakPlainly() {
    TestServer.tls = null;
  }
}
