import {
  type Device,
  type LoadProgress,
  loadDecoder,
  type ModelSource,
  type WebDecoder,
} from '@beltline/web';
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';

/** Where the model comes from. */
export type ModelChoice =
  | { readonly kind: 'embedded' }
  /** On the hub, or behind a URL. */
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'files'; readonly name: string; readonly files: Readonly<Record<string, Blob>> };

export type ModelStatus =
  | { readonly status: 'none' }
  | { readonly status: 'loading'; readonly progress: LoadProgress | undefined }
  | { readonly status: 'ready'; readonly decoder: WebDecoder; readonly source: ModelSource }
  | { readonly status: 'failed'; readonly message: string };

/** The model that questions are asked. */
export interface ModelStore {
  readonly choice: ReadonlySignal<ModelChoice>;
  readonly device: ReadonlySignal<Device>;
  readonly status: ReadonlySignal<ModelStatus>;
  /** Whether this browser offers WebGPU. */
  readonly gpu: ReadonlySignal<boolean>;
  /** What happened that stops nothing, such as a full cache. */
  readonly warning: Signal<string>;
  /** Chooses another model, which is loaded when it is needed. */
  choose(choice: ModelChoice): void;
  chooseDevice(device: Device): void;
  /** The chosen model, loaded now unless it is; rejects with what stops the loading. */
  ready(): Promise<WebDecoder>;
  /** Lets go of a decoder that has broken down; the next run loads it again. */
  discard(decoder: WebDecoder): void;
}

export function createModelStore(): ModelStore {
  const choice = signal<ModelChoice>({ kind: 'embedded' });
  const device = signal<Device>('wasm');
  const status = signal<ModelStatus>({ status: 'none' });
  const warning = signal('');
  const gpu = signal(false);
  void findGpu().then((found) => {
    gpu.value = found;
  });
  let loading: { promise: Promise<WebDecoder>; abort: AbortController } | undefined;

  function drop(): void {
    loading?.abort.abort();
    loading = undefined;
    if (status.value.status === 'ready') void status.value.decoder.dispose();
    status.value = { status: 'none' };
    warning.value = '';
  }

  async function load(abort: AbortController): Promise<WebDecoder> {
    const source = sourceOf(choice.value);
    const { signal: stopped } = abort;
    let decoder: WebDecoder | undefined;
    status.value = { status: 'loading', progress: undefined };
    try {
      decoder = await loadDecoder(source, {
        device: device.value,
        // In a race each run reads the prompt itself.
        prefixCache: { maxTokens: 0 },
        signal: stopped,
        onProgress: (progress) => {
          if (!stopped.aborted) status.value = { status: 'loading', progress };
        },
        onWarning: ({ message }) => {
          warning.value = message;
        },
      });
      await warmUp(decoder, stopped);
      // The warm-up may have ended before it heard of the abort.
      stopped.throwIfAborted();
      status.value = { status: 'ready', decoder, source };
      return decoder;
    } catch (error) {
      void decoder?.dispose();
      if (!stopped.aborted) {
        loading = undefined;
        status.value = { status: 'failed', message: messageOf(error) };
      }
      throw error;
    }
  }

  return {
    choice,
    device,
    gpu,
    status,
    warning,
    choose(next) {
      drop();
      choice.value = next;
    },
    chooseDevice(next) {
      drop();
      device.value = next;
    },
    ready() {
      if (!loading) {
        const abort = new AbortController();
        loading = { abort, promise: load(abort) };
      }
      return loading.promise;
    },
    discard(decoder) {
      if (status.value.status === 'ready' && status.value.decoder === decoder) drop();
    },
  };
}

/** Browsers may know WebGPU and have no GPU for it. */
async function findGpu(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<unknown> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined;
}

function sourceOf(choice: ModelChoice): ModelSource {
  switch (choice.kind) {
    case 'embedded':
      return 'tiny';
    case 'named':
      return choice.name;
    case 'files':
      return choice.files;
    default:
      return choice satisfies never;
  }
}

/** Longest time for the warm-up, in ms. */
const WARM_UP_TIME = 1000;

/** The engine compiles itself as it runs; without this, whichever run comes first would pay for both. */
async function warmUp(decoder: WebDecoder, stopped: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  const question = 'Plan a school trip from the aspects of food and safety.';
  for await (const _ of decoder.generate(question, { maxTokens: 32, signal: stopped })) {
    if (performance.now() - startedAt > WARM_UP_TIME) break;
  }
}

/** What went wrong, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
