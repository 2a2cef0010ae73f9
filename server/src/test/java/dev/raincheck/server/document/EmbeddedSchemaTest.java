package dev.raincheck.server.document;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedSchemaTest {
  private static final String PLACE = "#/components/schemas/a.input";

  private static String embedded(String schema) {
    return EmbeddedSchema.of(schema, PLACE).orElseThrow().toString();
  }

  @Test
  void references_lead_to_the_new_place() {
    assertThat(
            embedded(
                """
                {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://x.test/s",
                 "properties": {"a": {"$ref": "#/$defs/d"}, "self": {"$ref": "#"}, "b": {"$ref": "#name"},
                   "c": {"$ref": "https://x.test/s#/$defs/d"}},
                 "$defs": {"d": {"$anchor": "name", "type": "string"}}}
                """))
        .isEqualTo(
            """
            {"properties":{"a":{"$ref":"#/components/schemas/a.input/$defs/d"},\
            "self":{"$ref":"#/components/schemas/a.input"},\
            "b":{"$ref":"#/components/schemas/a.input/$defs/d"},\
            "c":{"$ref":"#/components/schemas/a.input/$defs/d"}},\
            "$defs":{"d":{"type":"string"}}}""");
  }

  @Test
  void what_only_looks_like_a_reference_stays() {
    var schema =
        """
        {"const":{"$ref":"#/a"},"enum":[{"$ref":"#/b"}],"examples":[{"$ref":"#/c"}],\
        "properties":{"$ref":{"type":"string"},"$id":{"type":"string"}}}""";

    assertThat(embedded(schema)).isEqualTo(schema);
  }

  @Test
  void true_and_false_become_objects() {
    assertThat(embedded("true")).isEqualTo("{}");
    assertThat(embedded("false")).isEqualTo("{\"not\":{}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}",
        "{\"$dynamicRef\": \"#node\"}",
        "{\"$defs\": {\"a\": {\"$id\": \"https://x.test/other\"}}}",
        "{\"$ref\": \"#nowhere\"}"
      })
  void what_would_not_survive_is_left_out(String schema) {
    assertThat(EmbeddedSchema.of(schema, PLACE)).isEmpty();
  }
}
