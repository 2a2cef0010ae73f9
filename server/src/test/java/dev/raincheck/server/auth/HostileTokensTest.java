package dev.raincheck.server.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiConsumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that must not be taken, each with the one answer that it gets. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTokensTest {
  private static final TestKey RSA = TestKey.rsa("rsa");
  private static final TestKey EC = TestKey.ec("ec", 256);
  private static final TestKey ED = TestKey.ed25519("ed");
  private static final TestKey SHORT = TestKey.rsa("short", 1_024);
  private static final TestKey ENCRYPTS = TestKey.rsa("encrypts");
  private static final TestKey STRANGER = TestKey.rsa("rsa"); // claims the same name

  private TestIssuer issuer;
  private JwtHouse house;

  @BeforeAll
  void open() throws Exception {
    issuer = new TestIssuer();
    issuer.publishes(
        "{\"keys\":[%s,%s,%s,%s,%s,{\"kty\":\"oct\",\"kid\":\"oct\",\"k\":\"c2VjcmV0\"},{\"kty\":\"new\"},{},1]}"
            .formatted(
                RSA.jwk(",\"alg\":\"RS256\",\"use\":\"sig\""), EC.jwk(), ED.jwk(), SHORT.jwk(),
                ENCRYPTS.jwk(",\"use\":\"enc\"")));
    house = new JwtHouse(issuer.trusted());
  }

  @AfterAll
  void close() throws Exception {
    house.close();
    issuer.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
  void a_good_one_is_taken(String algorithm) throws Exception {
    var answer = house.whoami(key(algorithm).token(algorithm, house.claims()));
    assertThat(answer.status()).as(answer.head()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("2 acme operations:read");
  }

  private static TestKey key(String algorithm) {
    return algorithm.equals("RS256") ? RSA : algorithm.equals("ES256") ? EC : ED;
  }

  List<Arguments> tokens() throws Exception {
    var table = new ArrayList<Arguments>();
    var good = RSA.token("RS256", house.claims());
    var parts = good.split("\\.");
    BiConsumer<Object, JwtFault> none =
        (token, fault) -> table.add(Arguments.of(String.valueOf(table.size()), token, fault));

    // What is no token at all.
    none.accept(".", JwtFault.MALFORMED);
    none.accept("..", JwtFault.MALFORMED);
    none.accept(parts[0] + "." + parts[1], JwtFault.MALFORMED);
    none.accept(parts[0] + "." + parts[1] + ".", JwtFault.MALFORMED);
    none.accept(good + "." + parts[2], JwtFault.MALFORMED);
    none.accept(good + ".x.y", JwtFault.MALFORMED); // five parts: encrypted
    none.accept(good + "A".repeat(JwtToken.CHARS_MAX), JwtFault.MALFORMED);
    none.accept(good + "==", JwtFault.MALFORMED);
    none.accept(lastCharacterChanged(good), JwtFault.MALFORMED);
    none.accept(parts[0] + "." + part("[]") + "." + parts[2], JwtFault.MALFORMED);
    none.accept(parts[0] + "." + part("{") + "." + parts[2], JwtFault.MALFORMED);
    none.accept(parts[0] + "." + part("{}x") + "." + parts[2], JwtFault.MALFORMED);

    // Signed by nobody, or by whoever asks.
    none.accept(header("{\"alg\":\"none\"}", good), JwtFault.ALGORITHM);
    none.accept(part("{\"alg\":\"none\"}") + "." + parts[1] + ".", JwtFault.MALFORMED);
    none.accept(header("{\"alg\":\"NONE\"}", good), JwtFault.ALGORITHM);
    none.accept(header("{\"alg\":\"rs256\",\"kid\":\"rsa\"}", good), JwtFault.ALGORITHM);
    none.accept(header("{\"kid\":\"rsa\"}", good), JwtFault.MALFORMED);
    none.accept(header("{\"alg\":null,\"kid\":\"rsa\"}", good), JwtFault.MALFORMED);
    none.accept(header("{\"alg\":[\"RS256\"],\"kid\":\"rsa\"}", good), JwtFault.MALFORMED);
    none.accept(STRANGER.token("RS256", house.claims()), JwtFault.SIGNATURE);
    none.accept(parts[0] + "." + part(house.claims(",\"x\":1")) + "." + parts[2], JwtFault.SIGNATURE);
    none.accept(parts[0] + "." + parts[1] + "." + part("x"), JwtFault.SIGNATURE);
    none.accept(ecWithZeros(), JwtFault.SIGNATURE);

    // One key for another's purpose.
    none.accept(hmac("HS256", "rsa", RSA.pair.getPublic().getEncoded()), JwtFault.ALGORITHM);
    none.accept(hmac("HS256", "oct", "secret".getBytes(UTF_8)), JwtFault.ALGORITHM);
    none.accept(hmac("RS256", "oct", "secret".getBytes(UTF_8)), JwtFault.KEY);
    none.accept(RSA.token("PS256", house.claims()), JwtFault.KEY); // it says RS256 of itself
    none.accept(RSA.token("RS512", house.claims()), JwtFault.KEY);
    none.accept(RSA.token("RS256", "{\"alg\":\"ES256\",\"kid\":\"rsa\"}", house.claims()), JwtFault.KEY);
    none.accept(EC.token("ES256", "{\"alg\":\"ES384\",\"kid\":\"ec\"}", house.claims()), JwtFault.KEY);
    none.accept(EC.token("ES256", "{\"alg\":\"EdDSA\",\"kid\":\"ec\"}", house.claims()), JwtFault.KEY);
    none.accept(ED.token("EdDSA", "{\"alg\":\"EdDSA\",\"kid\":\"ec\"}", house.claims()), JwtFault.KEY);
    none.accept(SHORT.token("RS256", house.claims()), JwtFault.KEY);
    none.accept(ENCRYPTS.token("RS256", house.claims()), JwtFault.KEY);

    // A header that wants more.
    none.accept(headed(",\"crit\":[\"exp\"]"), JwtFault.HEADER);
    none.accept(headed(",\"crit\":[]"), JwtFault.HEADER);
    none.accept(headed(",\"b64\":false"), JwtFault.HEADER);
    none.accept(headed(",\"b64\":false,\"crit\":[\"b64\"]"), JwtFault.HEADER);
    none.accept(headed(",\"cty\":\"JWT\""), JwtFault.HEADER);
    none.accept(headed(",\"typ\":\"logout+jwt\""), JwtFault.HEADER);
    none.accept(headed(",\"typ\":\"dpop+jwt\""), JwtFault.HEADER);
    none.accept(headed(",\"typ\":1"), JwtFault.HEADER);
    none.accept(headed(",\"alg\":\"none\""), JwtFault.MALFORMED); // twice
    none.accept(
        STRANGER.token(
            "RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jwk\":%s}".formatted(STRANGER.jwk()),
            house.claims()),
        JwtFault.SIGNATURE);
    none.accept(
        STRANGER.token(
            "RS256",
            "{\"alg\":\"RS256\",\"kid\":\"rsa\",\"jku\":\"%s\"}".formatted(issuer.url() + "/mine"),
            house.claims()),
        JwtFault.SIGNATURE);

    // Names of keys that would be more than names elsewhere.
    for (var name :
        List.of(
            "../../../../dev/null", "/dev/null", "file:///etc/passwd", "http://127.0.0.1/x", "' OR 1=1 --",
            "rsa\\u0000", "*", " rsa", "RSA", "rsa\\n", "x".repeat(512))) {
      none.accept(
          RSA.token("RS256", "{\"alg\":\"RS256\",\"kid\":\"%s\"}".formatted(name), house.claims()),
          JwtFault.KEY);
    }
    for (var name : List.of("\"\"", "null", "1", "[\"rsa\"]", "\"" + "x".repeat(513) + "\"")) {
      none.accept(
          RSA.token("RS256", "{\"alg\":\"RS256\",\"kid\":%s}".formatted(name), house.claims()),
          JwtFault.MALFORMED);
    }

    // Claims.
    long now = house.now();
    none.accept(but("iss", ""), JwtFault.CLAIMS);
    none.accept(but("iss", "\"https://evil.example\""), JwtFault.ISSUER);
    none.accept(but("iss", "\"%s/\"".formatted(issuer.url())), JwtFault.ISSUER);
    none.accept(but("iss", "[\"%s\"]".formatted(issuer.url())), JwtFault.CLAIMS);
    none.accept(but("aud", ""), JwtFault.AUDIENCE);
    none.accept(but("aud", "\"Raincheck\""), JwtFault.AUDIENCE);
    none.accept(but("aud", "[]"), JwtFault.AUDIENCE);
    none.accept(but("aud", "[\"someone\"]"), JwtFault.AUDIENCE);
    none.accept(but("aud", "[\"raincheck\",1]"), JwtFault.CLAIMS);
    none.accept(but("aud", "{\"raincheck\":true}"), JwtFault.AUDIENCE);
    none.accept(but("exp", ""), JwtFault.CLAIMS);
    none.accept(but("exp", "\"%d\"".formatted(now + 300)), JwtFault.CLAIMS);
    none.accept(but("exp", "null"), JwtFault.CLAIMS);
    none.accept(but("exp", "-1"), JwtFault.CLAIMS);
    none.accept(but("exp", String.valueOf(now - 30)), JwtFault.EXPIRED);
    none.accept(but("exp", "1e-9999"), JwtFault.EXPIRED);
    none.accept(signed(house.claims(",\"nbf\":" + (now + 31))), JwtFault.NOT_YET);
    none.accept(signed(house.claims(",\"iat\":" + (now + 31))), JwtFault.NOT_YET);
    none.accept(signed(house.claims(",\"nbf\":1e9999")), JwtFault.NOT_YET);
    none.accept(signed(house.claims(",\"nbf\":\"0\"")), JwtFault.CLAIMS);
    none.accept(signed(house.claims(",\"iat\":null")), JwtFault.CLAIMS);
    none.accept(signed(house.claims(",\"nbf\":1e99999")), JwtFault.MALFORMED);
    none.accept(but("sub", ""), JwtFault.CLAIMS);
    none.accept(but("sub", "\"\""), JwtFault.CLAIMS);
    none.accept(but("sub", "7"), JwtFault.CLAIMS);
    none.accept(but("sub", "\"" + "x".repeat(256) + "\""), JwtFault.CLAIMS);
    none.accept(but("scope", "{\"operations:read\":true}"), JwtFault.CLAIMS);
    none.accept(but("scope", "[1]"), JwtFault.CLAIMS);
    none.accept(but("org", ""), JwtFault.TENANT);
    none.accept(but("org", "[\"acme\"]"), JwtFault.TENANT);
    none.accept(but("org", "\"nobody\""), JwtFault.TENANT);
    none.accept(but("org", "\"ACME\""), JwtFault.TENANT);
    none.accept(but("org", "\"../acme\""), JwtFault.TENANT);
    none.accept(signed(house.claims(",\"org\":\"default\"")), JwtFault.MALFORMED); // twice
    none.accept(signed(house.claims(",\"x\":{\"a\":1,\"a\":2}")), JwtFault.MALFORMED);
    none.accept(signed("[" + house.claims() + "]"), JwtFault.MALFORMED);
    none.accept(signed(house.claims(",\"deep\":" + "[".repeat(64) + "]".repeat(64))), JwtFault.MALFORMED);
    return table;
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("tokens")
  void it_is_401_and_told_why(String number, String token, JwtFault fault) throws Exception {
    var answer = house.whoami(token);

    assertThat(answer.status()).as(answer.head() + answer.body()).isEqualTo(401);
    assertThat(answer.header("WWW-Authenticate"))
        .isEqualTo("Bearer error=\"invalid_token\", error_description=\"%s\"".formatted(fault.detail()));
    assertThat(answer.body()).contains("\"code\":\"unauthorized\"", fault.detail());
    assertThat(answer.header("RateLimit")).isEmpty();
    for (var part : token.split("\\.")) {
      if (part.length() > 8) assertThat(answer.head() + answer.body()).doesNotContain(part);
    }
  }

  @Test
  void all_of_them_together_made_us_ask_the_issuer_once() throws Exception {
    for (var row : tokens()) house.whoami((String) row.get()[1]);
    assertThat(issuer.asked()).isEqualTo(1);
  }

  @Test
  void what_a_browser_or_proxy_would_never_send_is_as_before() throws Exception {
    assertThat(house.whoami("rk_live_nobody").header("WWW-Authenticate"))
        .isEqualTo("Bearer error=\"invalid_token\"");
    assertThat(house.house.main("GET /whoami").header("WWW-Authenticate")).isEqualTo("Bearer");
  }

  @Test
  void administration_takes_no_tokens() throws Exception {
    var token = signed(house.claimsBut("scope", "\"admin operations:read\""));
    assertThat(house.whoami(token).body()).isEqualTo("2 acme operations:read");
    var answer = house.house.admin("GET /v1/admin/keys", "Authorization: Bearer " + token);
    assertThat(answer.status()).isEqualTo(401);
  }

  private String but(String name, String instead) {
    return signed(house.claimsBut(name, instead));
  }

  private static String signed(String claims) {
    return RSA.token("RS256", claims);
  }

  private String headed(String more) {
    return RSA.token("RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\"%s}".formatted(more), house.claims());
  }

  private static String header(String header, String token) {
    return part(header) + token.substring(token.indexOf('.'));
  }

  private static String part(String text) {
    return TestKey.base64(text.getBytes(UTF_8));
  }

  /** The same bytes in another text: the last bits of the last character are not used. */
  private static String lastCharacterChanged(String token) {
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = alphabet.indexOf(token.charAt(token.length() - 1));
    var other = token.substring(0, token.length() - 1) + alphabet.charAt(last ^ 1);
    var bytes = Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
    assertThat(Base64.getUrlDecoder().decode(other.substring(other.lastIndexOf('.') + 1))).isEqualTo(bytes);
    return other;
  }

  /** Which verifiers that forget to look took for good, whatever was signed. */
  private String ecWithZeros() {
    var token = EC.token("ES256", house.claims());
    return token.substring(0, token.lastIndexOf('.') + 1) + TestKey.base64(new byte[64]);
  }

  private String hmac(String algorithm, String keyId, byte[] secret) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret, "HmacSHA256"));
    var signed =
        part("{\"alg\":\"%s\",\"kid\":\"%s\"}".formatted(algorithm, keyId)) + "." + part(house.claims());
    return signed + "." + TestKey.base64(mac.doFinal(signed.getBytes(UTF_8)));
  }
}
