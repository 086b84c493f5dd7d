/* What this device keeps: waiting answers and the last known session, in IndexedDB; drafts, in localStorage.
 *
 * Drafts are written on every key stroke and must be there after a sudden reload, which only a synchronous store gives.
 * Where IndexedDB is refused (some private windows), memory stands in and `durable` is false, so that the page can say so. */

const DATABASE = 'whet';
const VERSION = 1;

export interface Table<T> {
  all(): Promise<T[]>;
  get(key: string): Promise<T | undefined>;
  put(value: T, key?: string): Promise<void>;
  delete(key: string): Promise<void>;
}

function memoryTable<T>(keyOf: (value: T) => string): Table<T> {
  const rows = new Map<string, T>();
  return {
    all: async () => [...rows.values()],
    get: async (key) => rows.get(key),
    put: async (value, key) => void rows.set(key ?? keyOf(value), value),
    delete: async (key) => void rows.delete(key),
  };
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('answers', { keyPath: 'key' });
      request.result.createObjectStore('cache');
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error('blocked'));
  });
}

let database: Promise<IDBDatabase | null> | null = null;
export let durable = true;

function connection(): Promise<IDBDatabase | null> {
  database ??= open().catch(() => {
    durable = false;
    return null;
  });
  return database;
}

function run<T>(db: IDBDatabase, name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    /* "strict": the answer is on the disk, not in a buffer, when the promise resolves */
    const transaction = db.transaction(name, mode, { durability: 'strict' });
    const request = act(transaction.objectStore(name));
    transaction.oncomplete = () => resolve(request.result as T);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export function table<T>(name: 'answers' | 'cache', keyOf: (value: T) => string): Table<T> {
  const memory = memoryTable<T>(keyOf);
  const act = async <R>(mode: IDBTransactionMode, use: (store: IDBObjectStore) => IDBRequest, otherwise: () => Promise<R>): Promise<R> => {
    const db = await connection();
    return db ? run<R>(db, name, mode, use) : otherwise();
  };
  return {
    all: () => act('readonly', (store) => store.getAll(), memory.all),
    get: (key) => act('readonly', (store) => store.get(key), () => memory.get(key)),
    put: (value, key) => act('readwrite', (store) => (key === undefined ? store.put(value) : store.put(value, key)), () => memory.put(value, key)),
    delete: (key) => act('readwrite', (store) => store.delete(key), () => memory.delete(key)),
  };
}

/* The last known state of this person, for starting without a connection. Failing to cache is never an error. */
const cacheTable = table<unknown>('cache', () => '');
export const cache = {
  get: <T>(key: string) => cacheTable.get(key).catch(() => undefined) as Promise<T | undefined>,
  put: (key: string, value: unknown) => cacheTable.put(value, key).catch(() => undefined),
  delete: (key: string) => cacheTable.delete(key).catch(() => undefined),
};

/* Small things of one person, read and written at once. Silent when the browser refuses. */
export const local = {
  get<T>(key: string): T | null {
    try {
      return JSON.parse(localStorage.getItem(`whet.${key}`) ?? 'null') as T | null;
    } catch {
      return null;
    }
  },
  put(key: string, value: unknown): void {
    try {
      localStorage.setItem(`whet.${key}`, JSON.stringify(value));
    } catch {
      /* full or refused: typing goes on, only a reload would lose it */
    }
  },
  delete(key: string): void {
    try {
      localStorage.removeItem(`whet.${key}`);
    } catch {
      /* nothing was there */
    }
  },
  deleteAll(prefix: string): void {
    try {
      for (const key of Object.keys(localStorage)) if (key.startsWith(`whet.${prefix}`)) localStorage.removeItem(key);
    } catch {
      /* nothing was there */
    }
  },
};
