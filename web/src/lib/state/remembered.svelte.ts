/** A value that outlives the page: kept in the browser under `scanwright.NAME`, the same in every open tab. */
export class Remembered<T> {
  #value: T;
  readonly #key: string;

  constructor(name: string, fallback: T) {
    this.#key = `scanwright.${name}`;
    this.#value = $state(read(this.#key, fallback));
    addEventListener("storage", (event) => {
      if (event.key === this.#key && event.newValue != null) this.#value = JSON.parse(event.newValue) as T;
    });
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    try {
      localStorage.setItem(this.#key, JSON.stringify(value));
    } catch {
      // A full or forbidden store: the value holds until the page is closed.
    }
  }
}

function read<T>(key: string, fallback: T): T {
  const text = localStorage.getItem(key);
  if (text == null) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback;
  }
}
