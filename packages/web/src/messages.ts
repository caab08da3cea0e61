import type { Capabilities, ModelShape } from '@beltline/backend';
import type { DecodeEvent, GenerateOptions, Prompt } from '@beltline/decoder';
import type { ErrorData } from './error-data.ts';

/** Options of one generation; functions cannot go to a worker. */
export interface WebGenerateOptions extends Omit<GenerateOptions, 'outlineConstraint'> {
  readonly outlineConstraint?: 'grammar' | 'reference';
}

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
}

/** From the page to the worker. Generations are numbered by the page. */
export type PageMessage =
  | { readonly type: 'load'; readonly request: LoadRequest }
  /** Starts a generation, and asks for its first events. */
  | {
      readonly type: 'generate';
      readonly generation: number;
      readonly prompt: Prompt;
      readonly options: Omit<WebGenerateOptions, 'signal'>;
    }
  /** Asks for the next events; without it the generation stands still. */
  | { readonly type: 'pull'; readonly generation: number }
  | { readonly type: 'cancel-branch'; readonly generation: number; readonly branch: number }
  | { readonly type: 'stop'; readonly generation: number };

/** From the worker to the page. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'warning'; readonly error: ErrorData }
  | { readonly type: 'loaded'; readonly model: LoadedModel }
  /** Events in their order, at least one; `done` with the last ones. */
  | {
      readonly type: 'events';
      readonly generation: number;
      readonly events: readonly DecodeEvent[];
      readonly done: boolean;
    }
  /** Ends the generation, or without one the loading. */
  | { readonly type: 'error'; readonly generation: number | undefined; readonly error: ErrorData };

/** One end of the line between page and worker. */
export interface Endpoint<Incoming, Outgoing> {
  postMessage(message: Outgoing): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Incoming }) => void): void;
}
