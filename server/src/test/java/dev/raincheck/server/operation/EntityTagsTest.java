package dev.raincheck.server.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityTagsTest {

  @Test
  void a_list_is_read_over_several_headers_and_keeps_weakness() {
    assertThat(EntityTags.parse(List.of("\"a\", W/\"b,c\"", "*", "")))
        .containsExactly("\"a\"", "W/\"b,c\"", "*");
  }

  @Test
  void what_is_no_entity_tag_matches_nothing() {
    assertThat(EntityTags.parse(List.of("a, \"b\", \"c", "W/", "w/\"d\""))).contains("\"b\"");
    assertThat(EntityTags.matchWeakly(List.of("a", "\"a", "a\"", "", "W/", "\""), "\"a\"")).isFalse();
  }

  @Test
  void if_none_match_compares_weakly() {
    assertThat(EntityTags.matchWeakly(List.of("W/\"a\""), "\"a\"")).isTrue();
    assertThat(EntityTags.matchWeakly(List.of("\"x\", \"a\""), "\"a\"")).isTrue();
    assertThat(EntityTags.matchWeakly(List.of("*"), "\"a\"")).isTrue();
    assertThat(EntityTags.matchWeakly(List.of("\"ab\"", "W/\"ab\""), "\"a\"")).isFalse();
  }

  @Test
  void an_entity_tag_of_ours_names_its_revision_in_one_way_only() {
    var etags = new Etags(new OperationUrls(URI.create("https://api.example.com")));
    var others = new Etags(new OperationUrls(URI.create("https://api.example.org")));
    var tag = etags.of(36);

    assertThat(etags.revision(tag)).contains(36L);
    assertThat(etags.revision("W/" + tag)).isEmpty();
    assertThat(etags.revision(tag.replace("-", "-0"))).isEmpty();
    assertThat(etags.revision(tag.replace("-", "-+"))).isEmpty();
    assertThat(others.revision(tag)).isEmpty();
    assertThat(etags.revision("\"36\"")).isEmpty();
  }
}
