package dev.hookd.frontend.index;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A forward proxy on loopback: one request a connection, for plain HTTP; tunnels for anything else.
 * Whatever host is asked for, it connects to one server.
 */
final class LoopbackProxy implements AutoCloseable {

  private final ServerSocket socket;
  private final int target;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> heads = new CopyOnWriteArrayList<>();

  LoopbackProxy(int target) {
    this.target = target;
    try {
      socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  String url(String userInfo) {
    return "http://" + userInfo + "127.0.0.1:" + socket.getLocalPort();
  }

  /** What clients sent, up to the empty line. */
  List<String> heads() {
    return List.copyOf(heads);
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        threads.execute(() -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      String head = head(client.getInputStream());
      heads.add(head);
      String[] line = head.split(" ", 3);
      if (line[0].equals("CONNECT")) {
        client.getOutputStream().write(ascii("HTTP/1.1 200 tunnel\r\n\r\n"));
        threads.execute(() -> copy(client, server));
      } else {
        String path = URI.create(line[1]).getRawPath();
        String rest = line[2].replaceFirst("\r\n", "\r\nConnection: close\r\n");
        server.getOutputStream().write(ascii(line[0] + " " + path + " " + rest));
      }
      copy(server, client);
    } catch (IOException e) {
      // One side has gone: the client notices what matters.
      heads.add("failed: " + e);
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the client has gone");
      }
      head.append((char) c);
    }
    return head.toString();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static void copy(Socket from, Socket to) {
    try {
      OutputStream out = to.getOutputStream();
      from.getInputStream().transferTo(out);
      to.shutdownOutput();
    } catch (IOException e) {
      return; // one side has gone
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
