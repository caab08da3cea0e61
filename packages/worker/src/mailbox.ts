/** Values on their way from a listener to one reader. */
export interface Mailbox<Value> {
  put(value: Value): void;
  /** Makes this and every later `take` reject; values that wait are dropped. */
  fail(error: unknown): void;
  take(): Promise<Value>;
}

export function createMailbox<Value>(): Mailbox<Value> {
  const waiting: Value[] = [];
  let failure: { readonly error: unknown } | undefined;
  let wake = () => {};
  return {
    put(value) {
      waiting.push(value);
      wake();
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async take() {
      while (true) {
        if (failure) throw failure.error;
        if (waiting.length > 0) return waiting.shift()!;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
