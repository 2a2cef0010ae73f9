package dev.raincheck.server.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.raincheck.server.json.JsonSchema.Wrong;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {
  @ParameterizedTest
  @ValueSource(strings = {"1e400", "1e9999", "-1e400"})
  void a_number_that_the_validator_cannot_hold_is_wrong_and_no_failure(String number) {
    var schema = "{'type':'object','properties':{'age':{'type':'integer','minimum':0}}}";

    assertThat(validate(schema, "{\"age\":" + number + "}"))
        .containsExactly(
            new Wrong("#", "A number in it is too large to be compared with the schema."));
  }

  @Test
  void a_text_that_overflows_the_stack_of_a_pattern_is_wrong_and_no_failure() {
    var schema = "{'type':'string','pattern':'^(a|b)*$'}";

    assertThat(validate(schema, "\"" + "ab".repeat(400_000) + "\""))
        .containsExactly(
            new Wrong("#", "A text in it is too long to be compared with the schema."));
    assertThat(validate(schema, "\"abab\"")).isEmpty();
  }

  @Test
  void a_pointer_leads_to_the_member_that_is_wrong_missing_or_too_many() {
    var schema =
        "{'type':'object','required':['a'],'properties':{'a':{},'l':{'items':{'type':'null'}}},"
            + "'additionalProperties':false}";

    assertThat(validate(schema, "{\"l\":[null,1],\"x/y\":2}"))
        .extracting(Wrong::pointer)
        .containsExactlyInAnyOrder("#/a", "#/l/1", "#/x~1y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'string','pattern':'(['}",
        "{'$ref':'#/$defs/nothing'}",
        "{'$ref':'http://127.0.0.1:1/schema.json'}",
        "{'properties':{'a':{'$ref':'#/nothing'}}}"
      })
  void what_cannot_be_used_is_told_in_one_line(String schema) {
    assertThatThrownBy(() -> JsonSchema.compile(schema.replace('\'', '"')))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank()
        .doesNotContain("\n");
  }

  private static List<Wrong> validate(String schema, String value) {
    return switch (Json.read(value.getBytes(UTF_8))) {
      case Reading.Value(var tree) ->
          JsonSchema.compile(schema.replace('\'', '"')).validate(tree, "#");
      case Reading.Broken(var why) -> throw new AssertionError(why);
    };
  }
}
