package dev.hookd.frontend.index;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of trusted certificates, as Python's tools are given it. */
final class Certificates {

  private static final Logger LOG = LoggerFactory.getLogger(Certificates.class);

  private static final Pattern PEM =
      Pattern.compile(
          "-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----([A-Za-z0-9+/=\\s]+)-----END ");

  private Certificates() {}

  /**
   * Trusts the certificates of this PEM file and no others: it replaces the platform's, as it does
   * with pip.
   *
   * @throws IOException when it cannot be read, or holds no certificate
   */
  static SSLContext trusting(Path bundle) throws IOException {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      Matcher block = PEM.matcher(Files.readString(bundle, StandardCharsets.ISO_8859_1));
      while (block.find()) {
        try {
          byte[] der = Base64.getMimeDecoder().decode(block.group(1));
          Certificate certificate = factory.generateCertificate(new ByteArrayInputStream(der));
          trusted.setCertificateEntry("bundle-" + trusted.size(), certificate);
        } catch (CertificateException | IllegalArgumentException e) {
          // Bundles have certificates that Java cannot read; the others are no worse for it.
          LOG.debug("a certificate of {} cannot be read", bundle, e);
        }
      }
      if (trusted.size() == 0) {
        throw new IOException("it holds no certificate in PEM format");
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the platform cannot use it: " + e.getMessage(), e);
    }
  }
}
