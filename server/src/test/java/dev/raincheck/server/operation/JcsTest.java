package dev.raincheck.server.operation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.raincheck.server.json.Json;
import dev.raincheck.server.json.Reading;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 8785, and what it leaves open. */
class JcsTest {

  @Test
  void serializes_the_example_of_3_2_2() {
    assertThat(
            canonical(
                """
                {
                  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
                  "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
                  "literals": [null, true, false]
                }
                """))
        .isEqualTo(
            "{\"literals\":[null,true,false],"
                + "\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
                + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
  }

  @Test
  void sorts_members_by_utf16_units_as_in_3_2_3() {
    assertThat(
            canonical(
                """
                {"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
                 "1": "One", "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control",
                 "\\u00f6": "Latin Small Letter O With Diaeresis"}
                """))
        .isEqualTo(
            "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                + "\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\","
                + "\"😀\":\"Emoji: Grinning Face\",\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}");
  }

  /** Appendix B. */
  @ParameterizedTest
  @CsvSource({
    "0000000000000000, 0",
    "8000000000000000, 0",
    "0000000000000001, 5e-324",
    "8000000000000001, -5e-324",
    "7fefffffffffffff, 1.7976931348623157e+308",
    "ffefffffffffffff, -1.7976931348623157e+308",
    "4340000000000000, 9007199254740992",
    "c340000000000000, -9007199254740992",
    "4430000000000000, 295147905179352830000",
    "44b52d02c7e14af5, 9.999999999999997e+22",
    "44b52d02c7e14af6, 1e+23",
    "44b52d02c7e14af7, 1.0000000000000001e+23",
    "444b1ae4d6e2ef4e, 999999999999999700000",
    "444b1ae4d6e2ef4f, 999999999999999900000",
    "444b1ae4d6e2ef50, 1e+21",
    "3eb0c6f7a0b5ed8c, 9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d, 0.000001",
    "41b3de4355555553, 333333333.3333332",
    "41b3de4355555554, 333333333.33333325",
    "41b3de4355555555, 333333333.3333333",
    "41b3de4355555556, 333333333.3333334",
    "41b3de4355555557, 333333333.33333343",
    "becbf647612f3696, -0.0000033333333333333333",
    "43143ff3c1cb0959, 1424953923781206.2"
  })
  void writes_doubles_as_ecmascript_does(String bits, String expected) {
    double number = Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16));

    assertThat(Jcs.number(new BigDecimal(Double.toString(number)))).isEqualTo(expected);
  }

  @Test
  void one_value_has_one_form() {
    assertThat(canonical("{\"b\":[1.0,1e2,-0],\"a\":\"\\u0061\"}"))
        .isEqualTo(canonical(" { \"a\" : \"a\", \"b\" : [ 1 , 100, 0.0 ] } "))
        .isEqualTo("{\"a\":\"a\",\"b\":[1,100,0]}");
  }

  @Test
  void integers_that_no_double_holds_stay_apart() {
    assertThat(canonical("9007199254740993")).isEqualTo("9007199254740993");
    assertThat(canonical("9007199254740993")).isNotEqualTo(canonical("9007199254740992"));
    assertThat(canonical("1e400")).isNotEqualTo(canonical("2e400"));
    assertThat(canonical("1e-400")).isNotEqualTo(canonical("0"));
  }

  @Test
  void half_a_surrogate_pair_stays_what_it_is() {
    assertThat(canonical("\"\\ud800\"")).isEqualTo("\"\\ud800\"");
    assertThat(canonical("\"\\udc00x\"")).isEqualTo("\"\\udc00x\"");
  }

  @Test
  void empty_containers_are_kept() {
    assertThat(canonical("[{}, [], {\"a\": {}, \"b\": {}}]")).isEqualTo("[{},[],{\"a\":{},\"b\":{}}]");
  }

  private static String canonical(String json) {
    var reading = (Reading.Value) Json.read(json.getBytes(UTF_8));
    return new String(Jcs.canonical(reading.root()), UTF_8);
  }
}
