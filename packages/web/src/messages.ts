import type { FormatKnowledge, PrefixCacheOptions } from '@beltline/decoder';
import type { LoadedModel } from '@beltline/worker';

/** Precision of weights, and in `w8a8`, which WebGPU cannot compute, of activations. */
export type Precision = 'fp32' | 'int8' | 'int4' | 'w8a8';

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
export interface WebModel extends LoadedModel {
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
  readonly format?: FormatKnowledge;
  readonly prefixCache?: PrefixCacheOptions;
}
