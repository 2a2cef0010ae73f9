package dev.raincheck.server.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** A private key in PEM: PKCS#8, RSA or EC, plain or under a password. */
final class PemKey {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

  private PemKey() {}

  static PrivateKey read(byte[] pem, String file, Optional<String> password) throws UnusableTls {
    var blocks = BLOCK.matcher(new String(pem, StandardCharsets.ISO_8859_1));
    while (blocks.find()) {
      String kind = blocks.group(1);
      switch (kind) {
        case "PRIVATE KEY" -> {
          return ofPkcs8(new PKCS8EncodedKeySpec(bytes(blocks.group(2), file)), file);
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          return decrypt(bytes(blocks.group(2), file), file, password);
        }
        case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
            throw new UnusableTls(
                ("%s has a key in an older form (%s); turn it into PKCS#8 with `openssl pkcs8"
                        + " -topk8 -nocrypt -in KEY -out NEW`")
                    .formatted(file, kind));
        default -> {} // Certificates and parameters may stand in the same file.
      }
    }
    throw new UnusableTls(file + " has no private key in PEM (-----BEGIN PRIVATE KEY-----)");
  }

  private static byte[] bytes(String base64, String file) throws UnusableTls {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException broken) {
      throw new UnusableTls(file + " has a private key that is not Base64");
    }
  }

  private static PrivateKey decrypt(byte[] der, String file, Optional<String> password)
      throws UnusableTls {
    if (password.isEmpty()) {
      throw new UnusableTls(file + " has an encrypted key; give tls.private_key_password");
    }
    try {
      var info = new EncryptedPrivateKeyInfo(der);
      // Java names PBES2 by its parameters, as in PBEWithHmacSHA256AndAES_256.
      String algorithm =
          info.getAlgName().equals("PBES2")
              ? info.getAlgParameters().toString()
              : info.getAlgName();
      var secret = new PBEKeySpec(password.get().toCharArray());
      var key = SecretKeyFactory.getInstance(algorithm).generateSecret(secret);
      var cipher = Cipher.getInstance(algorithm);
      cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
      return ofPkcs8(info.getKeySpec(cipher), file);
    } catch (NoSuchAlgorithmException unknown) {
      throw new UnusableTls(
          file + " is encrypted in a way that is not known here; use `openssl pkcs8 -v2 aes256`");
    } catch (IOException | GeneralSecurityException wrong) {
      throw new UnusableTls(file + " cannot be decrypted; is the password right?");
    }
  }

  private static PrivateKey ofPkcs8(PKCS8EncodedKeySpec spec, String file) throws UnusableTls {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (GeneralSecurityException another) {
        // Which kind it is stands inside; to try costs less than to parse.
      }
    }
    throw new UnusableTls(file + " has a key that is not one of RSA, EC and Ed25519");
  }
}
