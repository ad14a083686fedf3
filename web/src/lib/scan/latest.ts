/** Answers to a question that changes faster than it is answered: one call at a time, and of those that wait only the newest. */
export class Latest<Q, A> {
  #waiting: { readonly question: Q } | null = null;
  #under: { readonly abort: AbortController; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  /** Counts questions: an answer to one that was taken back is dropped. */
  #asked = 0;

  constructor(
    readonly call: (question: Q, signal: AbortSignal) => Promise<A>,
    readonly take: (answer: A, question: Q) => void,
    readonly refused: (cause: unknown) => void,
    /** For how many milliseconds an older call may go on while a newer one waits. */
    readonly patience = 250,
  ) {}

  get busy(): boolean {
    return this.#under != null;
  }

  ask(question: Q): void {
    this.#waiting = { question };
    this.#next();
  }

  /** Forget what was asked. */
  drop(): void {
    this.#waiting = null;
    this.#asked += 1;
    this.#under?.abort.abort();
  }

  #next(): void {
    const waiting = this.#waiting;
    if (!waiting || this.#under) return;
    this.#waiting = null;
    const abort = new AbortController();
    const timer = setTimeout(() => this.#impatient(), this.patience);
    this.#under = { abort, timer };
    void this.#run(waiting.question, abort, ++this.#asked);
  }

  async #run(question: Q, abort: AbortController, number: number): Promise<void> {
    try {
      const answer = await this.call(question, abort.signal);
      if (number === this.#asked && !abort.signal.aborted) this.take(answer, question);
    } catch (cause) {
      if (!abort.signal.aborted) this.refused(cause);
    }
    clearTimeout(this.#under?.timer);
    this.#under = null;
    this.#next();
  }

  /** The call takes long: end it if somebody waits, else look again in a while. */
  #impatient(): void {
    if (!this.#under) return;
    if (this.#waiting) this.#under.abort.abort();
    else this.#under = { ...this.#under, timer: setTimeout(() => this.#impatient(), 50) };
  }
}
