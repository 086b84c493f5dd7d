/* Draws icon-192.png and icon-512.png into a folder: node scripts/icons.mjs static
 *
 * A blade's edge above a stone, the same picture as icon.svg, sampled 4 x 4 times a pixel so that edges are smooth. */
import { deflateSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TEAL = [11, 95, 90];
const PALE = [236, 246, 244];
const SAMPLES = 4;

/* The picture in a square of 1 x 1: true where it is pale. */
function pale(x, y) {
  const curve = 0.27 + 0.42 * Math.pow((x - 0.2) / 0.6, 0.55);
  const inside = x >= 0.2 && x <= 0.8;
  return inside && (Math.abs(y - curve) < 0.04 || Math.abs(y - 0.79) < 0.025);
}

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

function png(size) {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let hits = 0;
      for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
        const x = (column + ((sample % SAMPLES) + 0.5) / SAMPLES) / size;
        const y = (row + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) / size;
        if (pale(x, y)) hits++;
      }
      const share = hits / (SAMPLES * SAMPLES);
      for (let channel = 0; channel < 3; channel++)
        rows[row * (size * 3 + 1) + 1 + column * 3 + channel] = Math.round(TEAL[channel] + (PALE[channel] - TEAL[channel]) * share);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const folder = process.argv[2] ?? 'static';
for (const size of [192, 512]) writeFileSync(join(folder, `icon-${size}.png`), png(size));
