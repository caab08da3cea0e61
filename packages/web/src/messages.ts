import type { Capabilities, ModelShape } from '@beltline/backend';
import type {
  Continuation,
  FinishEvent,
  ForkOptions,
  ForkResult,
  GenerationResult,
  JoinResult,
  PrefixCacheOptions,
  Prompt,
  StageEvent,
} from '@beltline/decoder';
import type { ErrorData } from './error-data.ts';
import type { WebForkBranch, WebGenerateOptions, WebJoinOptions, WebPrefillOptions } from './options.ts';

/** Precision of weights. */
export type Precision = 'fp32' | 'int8' | 'int4';

/** What computes. */
export type Device = 'wasm' | 'webgpu';

/**
 * How far loading has come; bytes while a file is downloaded, weights while a graph is built of a checkpoint, 0 or 1 of 1 while
 * the model is loaded.
 */
export interface LoadProgress {
  readonly phase: 'download' | 'build' | 'load';
  /** Name of the file that is downloaded. */
  readonly file?: string;
  readonly done: number;
  /** Undefined where the server does not say how long a file is. */
  readonly total: number | undefined;
}

/** What is known of a loaded model. */
export interface LoadedModel {
  readonly shape: ModelShape;
  readonly capabilities: Capabilities;
  /** Threads of one forward pass; 1 where the page is not cross-origin isolated. */
  readonly threads: number;
}

/** How to reach the Hugging Face hub. */
export interface HubOptions {
  /** URL of a server that speaks the hub's API; default `https://huggingface.co`. */
  readonly endpoint?: string;
  /** Access token, for models that are private or gated; the page's visitors can read it. */
  readonly token?: string;
}

/** Where the worker finds the files of a model. */
export type FileSource =
  | { readonly kind: 'folder' /** Ends with a slash. */; readonly url: string }
  | { readonly kind: 'urls' /** By file name. */; readonly urls: Readonly<Record<string, string>> }
  | {
      readonly kind: 'hub' /** As `parseHubSource` reads it. */;
      readonly name: string;
      readonly hub: HubOptions;
    }
  | {
      readonly kind: 'blobs' /** By path below the folder. */;
      readonly blobs: Readonly<Record<string, Blob>>;
    };

export interface LoadRequest {
  readonly source: FileSource;
  /** Of the weights, where there is a choice. */
  readonly precision: Precision | undefined;
  readonly device: Device;
  readonly threads: number | undefined;
  /** URL of the folder with onnxruntime-web's files, ending with a slash; undefined where the bundler knows them. */
  readonly runtime: string | undefined;
  readonly cache: boolean;
  readonly prefixCache?: PrefixCacheOptions;
}

/** What the worker can begin; nothing is decoded before something of it is read. */
export type JobStart =
  | {
      readonly kind: 'generation';
      readonly prompt: Prompt;
      readonly options: Omit<WebGenerateOptions, 'signal'>;
    }
  | {
      readonly kind: 'fork';
      readonly prefix: Prompt;
      readonly branches: readonly WebForkBranch[];
      readonly options: Omit<ForkOptions, 'signal'>;
    }
  | {
      readonly kind: 'prefix';
      readonly prompt: Prompt;
      readonly options: Omit<WebPrefillOptions, 'signal'>;
    };

/** What can be read of a job, as a stream of values. Of a generation it is the events. */
export type Reading =
  | { readonly of: 'events' }
  /** Text of one branch of a fork. */
  | { readonly of: 'text'; readonly branch: number }
  /** One value that says nothing, when the branch has ended. */
  | { readonly of: 'end'; readonly branch: number }
  /** One value, the results of all branches of a fork, or the number of tokens of a prefix, which is held from then on. */
  | { readonly of: 'results' }
  /** Events of what follows a fork. */
  | { readonly of: 'join'; readonly prompt: Continuation; readonly options: WebJoinOptions };

/** A value of a stream. */
export type StreamValue =
  | StageEvent
  | FinishEvent<GenerationResult | JoinResult>
  | string
  | number
  | readonly ForkResult[]
  | undefined;

/** From the page to the worker. Jobs and streams are numbered by the page. */
export type PageMessage =
  | { readonly type: 'load'; readonly request: LoadRequest }
  | { readonly type: 'open'; readonly job: number; readonly start: JobStart }
  | { readonly type: 'cancel-branch'; readonly job: number; readonly branch: number }
  /** Cancels all other branches of a fork and leaves them out of its join. */
  | { readonly type: 'keep'; readonly job: number; readonly branches: readonly number[] }
  /** Stops the job and frees its memory. */
  | { readonly type: 'close'; readonly job: number }
  /** Opens a stream, and asks for its first values. */
  | { readonly type: 'read'; readonly job: number; readonly stream: number; readonly reading: Reading }
  /** Asks for the next values; without it the stream stands still. */
  | { readonly type: 'pull'; readonly stream: number }
  /** Nobody reads the stream any more. */
  | { readonly type: 'leave'; readonly stream: number };

/** From the worker to the page. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'warning'; readonly error: ErrorData }
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  /** Values in their order; `done` with the last ones. */
  | {
      readonly type: 'values';
      readonly stream: number;
      readonly values: readonly StreamValue[];
      readonly done: boolean;
    }
  /** Ends the stream, or without one the loading. */
  | { readonly type: 'error'; readonly stream: number | undefined; readonly error: ErrorData };

/** One end of the line between page and worker. */
export interface Endpoint<Incoming, Outgoing> {
  postMessage(message: Outgoing): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Incoming }) => void): void;
}
