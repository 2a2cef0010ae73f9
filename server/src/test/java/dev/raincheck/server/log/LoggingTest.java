package dev.raincheck.server.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import dev.raincheck.server.config.LogConfig;
import dev.raincheck.server.config.LogConfig.Format;
import dev.raincheck.server.config.LogConfig.Level;
import dev.raincheck.server.config.Secret;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class LoggingTest {
  private static final String TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Logger log = LoggerFactory.getLogger("dev.raincheck.server.Example");

  @AfterEach
  void as_before() {
    MDC.clear();
    new BeforeConfiguration().configure((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  @Test
  void a_stream_that_was_logged_to_before_stays_open() {
    var closed = new AtomicBoolean();
    var before =
        new ByteArrayOutputStream() {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    Logging.configure(new LogConfig(Format.TEXT, Level.INFO), before);

    Logging.configure(new LogConfig(Format.JSON, Level.INFO), out);

    assertThat(closed).isFalse();
  }

  @Test
  void a_machine_reads_one_json_object_per_line() {
    Logging.configure(new LogConfig(Format.JSON, Level.INFO), out);
    MDC.put("trace_id", "4bf9");
    MDC.put("request_id", "req_1");

    log.atInfo()
        .addKeyValue("operation_id", "op_1")
        .addKeyValue("tenant", "default")
        .addKeyValue("correlation_id", "order-7")
        .addKeyValue("attempt", 2)
        .addKeyValue("dead", false)
        .addKeyValue("key", new Secret("hush"))
        .addKeyValue("time", "noon")
        .log("claimed {}", "it");

    assertThat(logged())
        .isEqualTo(
            "{'time':'T','level':'INFO','logger':'dev.raincheck.server.Example',"
                + "'message':'claimed it','thread':'main','request_id':'req_1',"
                + "'operation_id':'op_1','tenant':'default','correlation_id':'order-7',"
                + "'trace_id':'4bf9','attempt':2,'dead':false,'key':'***','time_':'noon'}\n");
  }

  @Test
  void a_person_reads_text() {
    Logging.configure(new LogConfig(Format.TEXT, Level.INFO), out);
    MDC.put("request_id", "req_1");

    log.atWarn().addKeyValue("attempt", 2).log("slow");

    assertThat(logged()).isEqualTo("T WARN  Example  slow  request_id=req_1  attempt=2\n");
  }

  @Test
  void nobody_can_fake_a_line_or_reach_the_terminal() {
    var hostile = "a\nT ERROR forged\r\u001b[2J\u009b\u202e😀";

    Logging.configure(new LogConfig(Format.JSON, Level.INFO), out);
    log.info(hostile);
    assertThat(logged())
        .contains("'message':'a\\nT ERROR forged\\r\\u001B[2J\\u009b\\u202e😀'")
        .hasLineCount(1);

    out.reset();
    Logging.configure(new LogConfig(Format.TEXT, Level.INFO), out);
    log.atInfo().addKeyValue("x", hostile).log("{}", hostile);
    var escaped = "a\\nT ERROR forged\\r\\u001b[2J\\u009b\\u202e😀";
    assertThat(logged()).isEqualTo("T INFO  Example  " + escaped + "  x=" + escaped + "\n");
  }

  @Test
  void an_error_has_its_stack_and_its_causes() {
    var thrown = new IllegalStateException("no\nway", new RuntimeException("because"));

    Logging.configure(new LogConfig(Format.JSON, Level.INFO), out);
    log.error("broke", thrown);
    assertThat(logged())
        .contains("'error':{'type':'java.lang.IllegalStateException','message':'no\\nway','stack':")
        .contains("Caused by: java.lang.RuntimeException: because")
        .hasLineCount(1);

    out.reset();
    Logging.configure(new LogConfig(Format.TEXT, Level.INFO), out);
    log.error("broke", thrown);
    assertThat(logged().lines().skip(1))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).startsWith("    "));
  }

  @Test
  void what_is_below_the_level_is_not_logged() {
    Logging.configure(new LogConfig(Format.TEXT, Level.WARN), out);

    log.info("quiet");
    LoggerFactory.getLogger("org.eclipse.jetty.server.Server").info("started");
    log.warn("loud");

    assertThat(logged()).isEqualTo("T WARN  Example  loud\n");
  }

  @ParameterizedTest
  @EnumSource(names = {"DEBUG", "TRACE"})
  void libraries_never_tell_what_they_read_and_write(Level level) {
    Logging.configure(new LogConfig(Format.TEXT, level), out);

    LoggerFactory.getLogger("org.eclipse.jetty.server.HttpConnection").debug("GET /?ticket=tk_x");
    LoggerFactory.getLogger("com.nimbusds.jose").debug("eyJ…");
    LoggerFactory.getLogger("raincheck.requests").debug("answered");
    log.debug("ours");

    assertThat(logged()).isEqualTo("T DEBUG requests  answered\nT DEBUG Example  ours\n");
  }

  private String logged() {
    return out.toString(UTF_8).replaceAll(TIME, "T").replace('"', '\'');
  }
}
