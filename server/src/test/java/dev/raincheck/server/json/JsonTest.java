package dev.raincheck.server.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class JsonTest {
  private static final String DIGITS = "1234567890".repeat(6) + "1234"; // 64 of them

  static Stream<String> good() {
    return Stream.of(
        "0",
        "-0",
        "1.5",
        "1E+9999",
        "1e-9999",
        "true",
        "null",
        "\"\"",
        "{}",
        "[]",
        " \t\r\n[ 1 , 2 ] \n",
        "\"\\u0000\\ud800\\\"\\/\\b\"",
        "{\"a\":1,\"b\":{\"a\":1},\"\":2}",
        "\"é€😀\uFFFD\"",
        "\"\uFEFF\"",
        "[".repeat(64) + "]".repeat(64),
        "{\"a\":".repeat(64) + "1" + "}".repeat(64),
        DIGITS,
        "-" + DIGITS,
        "-1." + DIGITS.substring(1),
        "1." + DIGITS.substring(4) + "e-123",
        "\"" + "long".repeat(500_000) + "\"",
        "{\"" + "long".repeat(50_000) + "\":1}",
        IntStream.range(0, 50_000)
            .mapToObj(n -> "\"k" + n + "\":" + n)
            .collect(Collectors.joining(",", "{", "}")));
  }

  @ParameterizedTest
  @MethodSource("good")
  void good_json_is_read(String text) {
    assertThat(Json.check(text.getBytes(UTF_8))).isEmpty();
    assertThat(Json.read(text.getBytes(UTF_8))).isInstanceOf(Reading.Value.class);
  }

  static Stream<String> bad() {
    return Stream.of(
        "",
        " \n",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e3",
        "1e",
        "0x1",
        "NaN",
        "Infinity",
        "tru",
        "truex",
        "True",
        "nulll",
        "'a'",
        "\"a",
        "\"a\\x\"",
        "\"\\u12\"",
        "\"\t\"",
        "\"\n\"",
        "\"\u0000\"",
        "\u00001",
        "1\u0000",
        "{",
        "[[",
        "{\"a\":",
        "{\"a\"",
        "{\"a\" 1}",
        "[1,]",
        "[,]",
        "[1 2]",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{'a':1}",
        "[1}",
        "}",
        "/**/1",
        "//\n1",
        "#\n1",
        "\u00A01",
        "\u20281");
  }

  @ParameterizedTest
  @MethodSource("bad")
  void what_is_no_json_is_refused(String text) {
    refused(text.getBytes(UTF_8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true false",
        "{} {}",
        "{}{}",
        "[1]]",
        "[1]x",
        "1 x",
        "1 //",
        "{}\u0000",
        "\"a\" \""
      })
  void text_after_the_value_is_refused(String text) {
    assertThat(refused(text.getBytes(UTF_8)).detail())
        .startsWith("There is text after the value, at line 1");
  }

  static final byte[][] notUtf8 = {
    {'"', (byte) 0xFF, '"'},
    {'"', (byte) 0xC0, (byte) 0x80, '"'}, // overlong NUL
    {'"', (byte) 0xC1, (byte) 0xA1, '"'}, // overlong a
    {'"', (byte) 0xE0, (byte) 0x80, (byte) 0xAF, '"'}, // overlong slash
    {'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'}, // a surrogate
    {'"', (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80, '"'}, // beyond U+10FFFF
    {'"', (byte) 0xC3, '"'}, // cut off
    {'"', (byte) 0xEF, (byte) 0xBF, (byte) 0xBD, (byte) 0x80, '"'}, // after a real U+FFFD
    "\"é\"".getBytes(ISO_8859_1),
    {(byte) 0xFF, (byte) 0xFE, '1', 0},
  };

  @ParameterizedTest
  @FieldSource("notUtf8")
  void bytes_that_are_not_utf_8_are_refused(byte[] bytes) {
    assertThat(refused(bytes)).isEqualTo(new BadJson("The body is not UTF-8.", null));
  }

  @Test
  void other_encodings_are_not_guessed() {
    refused("{\"a\":1}".getBytes(UTF_16BE));
    refused("{\"a\":1}".getBytes(UTF_16LE));
    refused(new byte[] {0, 0, 0, '1'});
    refused(new byte[] {'1', 0, 0, 0});
  }

  @Test
  void a_byte_order_mark_is_refused() {
    assertThat(refused("\uFEFF{}".getBytes(UTF_8)).detail()).contains("byte order mark");
  }

  @Test
  void a_member_that_occurs_twice_is_refused_by_its_pointer() {
    assertThat(refused("{\"a\":1,\"\\u0061\":2}".getBytes(UTF_8)))
        .isEqualTo(
            new BadJson(
                "The body cannot be read as JSON: an object has the same member twice, at line 1,"
                    + " column 16.",
                "#/a"));
    assertThat(
            refused("{\"x\":{\"é/~ \":[0,{\"b\":1,\"c\":2,\"b\":3}]}}".getBytes(UTF_8)).pointer())
        .isEqualTo("#/x/%C3%A9~1~0%20/1/b");
  }

  @Test
  void the_place_of_a_wrong_character_is_told() {
    assertThat(refused("{\"age\":\n  tru}".getBytes(UTF_8)))
        .isEqualTo(
            new BadJson(
                "The body cannot be read as JSON: a character is out of place, at line 2, column"
                    + " 3.",
                "#/age"));
  }

  @Test
  void a_pointer_that_would_fill_the_answer_is_left_out() {
    assertThat(refused(("{\"" + "n".repeat(300) + "\":x}").getBytes(UTF_8)).pointer()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {65, 66, 100_000})
  void deeper_than_64_is_refused(int depth) {
    assertThat(refused(("[".repeat(depth) + "]".repeat(depth)).getBytes(UTF_8)).detail())
        .contains("more than 64 levels");
    assertThat(
            refused(("{\"a\":".repeat(depth) + "1" + "}".repeat(depth)).getBytes(UTF_8)).detail())
        .contains("more than 64 levels");
  }

  static Stream<String> long_numbers() {
    return Stream.of(
        DIGITS + "5",
        "-" + DIGITS + "5",
        "1." + DIGITS,
        "-1." + DIGITS,
        "1." + DIGITS.substring(4) + "e+1234",
        "0." + "0".repeat(100_000),
        "1e" + "0".repeat(64));
  }

  @ParameterizedTest
  @MethodSource("long_numbers")
  void a_number_of_more_than_64_digits_is_refused(String number) {
    assertThat(refused(number.getBytes(UTF_8)).detail()).contains("more than 64 digits");
    assertThat(refused(("{\"n\":[" + number + "]}").getBytes(UTF_8)).pointer()).isEqualTo("#/n/0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1e10000", "-1.5E+10000", "1e-10000", "1e99999999999999999999"})
  void an_exponent_that_would_expand_to_much_is_refused(String number) {
    assertThat(refused(number.getBytes(UTF_8)).detail()).contains("exponent");
  }

  @Test
  void numbers_are_exact() {
    var root =
        value("[1.00, 0.1, 12345678901234567890123, 5000000000, 1e400, 1.000000000000000000001]");
    assertThat(root.get(0).decimalValue()).isEqualTo(new BigDecimal("1.00"));
    assertThat(root.get(1).decimalValue()).isEqualTo(new BigDecimal("0.1"));
    assertThat(root.get(2).bigIntegerValue()).isEqualTo("12345678901234567890123");
    assertThat(root.get(3).longValue()).isEqualTo(5_000_000_000L);
    assertThat(root.get(4).decimalValue()).isEqualTo(new BigDecimal("1e400"));
    assertThat(root.get(5).decimalValue()).isEqualTo(new BigDecimal("1.000000000000000000001"));
  }

  @Test
  void a_members_value_can_be_taken_as_it_was_sent() {
    var object =
        "{ \"a\" : 1.50 ,\"b\":\"\\u0061é 😀\" ,\"input\" :\t{ \"p\" : [1 , 2e0 ] }"
            + " ,\"z\":true,\"\\u006E\":-12\n"
            + "}";
    assertThat(raw(object, "a")).isEqualTo("1.50");
    assertThat(raw(object, "b")).isEqualTo("\"\\u0061é 😀\"");
    assertThat(raw(object, "input")).isEqualTo("{ \"p\" : [1 , 2e0 ] }");
    assertThat(raw(object, "p")).isNull();
    assertThat(raw(object, "z")).isEqualTo("true");
    assertThat(raw(object, "n")).isEqualTo("-12");
    assertThat(raw("{\"a\":1,\"b\":2.5}", "a")).isEqualTo("1");
    assertThat(raw("{\"a\":1,\"b\":2.5}", "b")).isEqualTo("2.5");
    assertThat(raw("[1]", "a")).isNull();
    assertThat(raw("{}", "a")).isNull();
  }

  @Test
  void a_members_value_can_be_taken_from_a_body_larger_than_any_buffer() {
    var long1 = "\"é" + "x".repeat(100_000) + "\"";
    var object = "{\"a\":" + long1 + ", \"input\" : [" + long1 + "] , \"n\":7 }";
    assertThat(raw(object, "a")).isEqualTo(long1);
    assertThat(raw(object, "input")).isEqualTo("[" + long1 + "]");
    assertThat(raw(object, "n")).isEqualTo("7");
  }

  private static BadJson refused(byte[] bytes) {
    var why = Json.check(bytes).orElseThrow(() -> new AssertionError("taken as good"));
    assertThat(Json.read(bytes)).isEqualTo(new Reading.Broken(why));
    return why;
  }

  private static JsonNode value(String text) {
    if (Json.read(text.getBytes(UTF_8)) instanceof Reading.Value(var root)) return root;
    throw new AssertionError("refused: " + text);
  }

  private static String raw(String object, String name) {
    return Json.rawMember(object.getBytes(UTF_8), name)
        .map(bytes -> new String(bytes, UTF_8))
        .orElse(null);
  }
}
