// An endpoint for tests of what asks a language model or a transcriber: it answers what it was told to, in that order, and remembers what
// it was asked. Knows the wire format of chat completions; hides the server.
import http from 'node:http';
import { until } from './whet.mjs';

/** The body of a whole chat completion. */
export const completion = (text, finish = 'stop') => ({
  model: 'fake-1',
  choices: [{ message: { role: 'assistant', content: text }, finish_reason: finish }],
  usage: { prompt_tokens: 11, completion_tokens: 7 },
});

const event = (data) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** The same as an event stream, of which each piece is one chunk. */
export const events = (pieces) => [
  ...pieces.map((content) => event({ model: 'fake-1', choices: [{ delta: { content }, finish_reason: null }] })),
  event({ choices: [{ delta: {}, finish_reason: 'stop' }] }) + event({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7 } }) + event('[DONE]'),
];

export class FakeAi {
  /** What came, in order: {method, path, headers, body}, where body is JSON if it can be read as such, else a Buffer. */
  requests = [];
  #answers = [];
  #given = 0;
  #held = [];
  #server = http.createServer((request, response) => this.#take(request, response));

  static async start() {
    const fake = new FakeAi();
    await new Promise((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    fake.url = `http://127.0.0.1:${fake.#server.address().port}`;
    return fake;
  }

  /** The next answer; the last one is given again and again. What an answer can be:
   *  {text}: a completion, streamed when the request asks for that, in words; {pieces}: the same in these pieces;
   *  {body}: a string, a Buffer, or anything that JSON can carry; with `status` and `headers`;
   *  `cut`: the connection ends after so many chunks of a stream, or so many bytes of a body;
   *  `held`: nothing is sent before release(); a function of the request that returns any of these. */
  say(...answers) {
    this.#given = Math.min(this.#given, this.#answers.length); // what was given again and again ends here
    this.#answers.push(...answers);
  }

  /** Those that are held now go on. */
  release() {
    this.#held.splice(0).forEach((go) => go());
  }

  /** Waits until so many requests have come. */
  async came(n) {
    await until(() => this.requests.length >= n, `${n} requests have come`);
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request)
      chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    let body = bytes;
    try {
      body = JSON.parse(bytes.toString());
    } catch { /* a form */ }
    const asked = { method: request.method, path: request.url, headers: request.headers, body };
    this.requests.push(asked);
    let answer = this.#answers[Math.min(this.#given++, this.#answers.length - 1)] ?? { status: 500, body: 'nothing to say' };
    if (typeof answer === 'function')
      answer = await answer(asked);
    if (answer.held)
      await new Promise((go) => this.#held.push(go));
    if (asked.body.stream && (answer.text ?? answer.pieces) !== undefined)
      this.#stream(response, answer);
    else
      this.#whole(response, answer);
  }

  #stream(response, { text, pieces = text.match(/\S+\s*/g) ?? [], cut, headers }) {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    for (const chunk of events(pieces).slice(0, cut))
      response.write(chunk);
    if (cut === undefined)
      response.end();
    else
      response.socket.end();
  }

  #whole(response, { status = 200, headers, text, pieces, body = completion(text ?? pieces.join('')), cut }) {
    const bytes = Buffer.isBuffer(body) || typeof body === 'string' ? Buffer.from(body) : Buffer.from(JSON.stringify(body));
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
    if (cut === undefined) {
      response.end(bytes);
      return;
    }
    response.write(bytes.subarray(0, cut), () => response.socket.destroy());
  }
}
