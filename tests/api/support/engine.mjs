// The database engines. SQLite always; PostgreSQL when WHET_TEST_POSTGRESQL names one (tests/postgres.sh COMMAND does). Hides how a database is
// made, looked into from outside and thrown away.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe } from 'node:test';
import { Server } from './whet.mjs';

function filter(program, words, input) {
  return new Promise((resolve, reject) => {
    const child = execFile(program, words, { maxBuffer: 64 << 20 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${program}: ${stderr || error.message}`)) : resolve(stdout));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

const rows = (text) => text.split('\n').filter(Boolean).map((line) => line.split('\t'));

const folders = [];
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A new folder that is gone when the tests have ended. */
export async function temporaryFolder() {
  folders.push(await mkdtemp(path.join(tmpdir(), 'whet-api-')));
  return folders.at(-1);
}

class SqliteDatabase {
  static async create() {
    const database = new SqliteDatabase();
    database.folder = await temporaryFolder();
    database.url = path.join(database.folder, 'whet.db');
    return database;
  }

  /** Rows of texts. Past the program, as an intruder or a broken disk would. */
  async sql(text) {
    return rows(await filter('sqlite3', ['-batch', '-bail', '-separator', '\t', '-cmd', '.timeout 10000', this.url], text));
  }

  async drop() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

class PostgresqlDatabase {
  static async create() {
    const database = new PostgresqlDatabase();
    database.name = `whet_${randomBytes(6).toString('hex')}`;
    const url = new URL(process.env.WHET_TEST_POSTGRESQL);
    url.pathname = `/${database.name}`;
    database.url = url.href;
    await PostgresqlDatabase.run(process.env.WHET_TEST_POSTGRESQL, `CREATE DATABASE ${database.name}`);
    return database;
  }

  static async run(url, text) {
    return rows(await filter('psql', ['-X', '-q', '-A', '-t', '-F', '\t', '-v', 'ON_ERROR_STOP=1', '-d', url], text));
  }

  sql(text) {
    return PostgresqlDatabase.run(this.url, text);
  }

  async drop() {
    await PostgresqlDatabase.run(process.env.WHET_TEST_POSTGRESQL, `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

const engines = [{ name: 'sqlite', Database: SqliteDatabase }];
if (process.env.WHET_TEST_POSTGRESQL)
  engines.push({ name: 'postgresql', Database: PostgresqlDatabase });

/** Runs a suite once for each engine. What it makes through `engine` is gone afterwards. */
export function onEachEngine(suite) {
  for (const { name, Database } of engines)
    describe(name, () => {
      const servers = [], databases = [];
      const engine = {
        name,
        async database() {
          databases.push(await Database.create());
          return databases.at(-1);
        },
        /** A server on an empty database. */
        async server(options) {
          const server = new Server(await engine.database(), options);
          servers.push(server);
          return server.start();
        },
      };
      suite(engine);
      after(async () => {
        for (const server of servers)
          if (server.process.exitCode === null && server.process.signalCode === null)
            await server.kill('SIGKILL');
        for (const database of databases)
          await database.drop();
      });
    });
}
