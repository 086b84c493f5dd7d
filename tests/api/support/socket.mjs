// Bytes to the server and back, for what no HTTP client would send.
import net from 'node:net';
import { PATIENCE } from './whet.mjs';

/** Sends `bytes` and reads until the server closes: {text, closed}. With `enough`, a pattern, reading ends when it is met; with `hangUp` it
 *  does not begin. */
export function exchange(server, bytes, { enough, hangUp = false } = {}) {
  return new Promise((resolve) => {
    let text = '', settled = false;
    const socket = net.connect(server.port, '127.0.0.1');
    const settle = (closed) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      socket.destroy();
      resolve({ text, closed });
    };
    const timer = setTimeout(() => settle(false), PATIENCE);
    socket.setEncoding('latin1');
    socket.on('data', (data) => {
      text += data;
      if (enough && enough.test(text))
        settle(false);
    });
    socket.on('end', () => settle(true));
    socket.on('close', () => settle(true));
    socket.on('error', () => settle(true)); // a reset is a way of closing
    socket.on('connect', () => {
      const data = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
      socket.write(data, () => hangUp && settle(false));
    });
  });
}

/** The statuses of the replies in `text`. */
export const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
