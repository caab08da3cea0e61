import type { Capabilities, ModelShape } from '@beltline/backend';
import type {
  Continuation,
  FinishEvent,
  ForkOptions,
  ForkResult,
  GenerationResult,
  JoinResult,
  PrefillOptions,
  Prompt,
  StageEvent,
} from '@beltline/decoder';
import type { WorkerForkBranch, WorkerGenerateOptions, WorkerJoinOptions } from './client/options.ts';
import type { ErrorData } from './error-data.ts';

/** What is known of a loaded model. */
export interface LoadedModel {
  readonly shape: ModelShape;
  readonly capabilities: Capabilities;
  /** Threads of one forward pass; missing where the runtime alone knows. */
  readonly threads?: number;
}

/** What the worker can begin; nothing is decoded before something of it is read. */
export type JobStart =
  | {
      readonly kind: 'generation';
      readonly prompt: Prompt;
      readonly options: Omit<WorkerGenerateOptions, 'signal'>;
    }
  | {
      readonly kind: 'fork';
      readonly prefix: Prompt;
      readonly branches: readonly WorkerForkBranch[];
      readonly options: Omit<ForkOptions, 'signal'>;
    }
  | {
      readonly kind: 'prefix';
      readonly prompt: Prompt;
      readonly options: Omit<PrefillOptions, 'signal' | 'onProgress'>;
    };

/** What can be read of a job, as a stream of values. Of a generation it is the events. */
export type Reading =
  | { readonly of: 'events' }
  /** Text of one branch of a fork. */
  | { readonly of: 'text'; readonly branch: number }
  /** One value that says nothing, when the branch has ended. */
  | { readonly of: 'end'; readonly branch: number }
  /**
   * Of a fork one value, the results of all branches. Of a prefix its progress, and in the end the number of its tokens: from
   * then on it is held.
   */
  | { readonly of: 'results' }
  /** Events of what follows a fork. */
  | { readonly of: 'join'; readonly prompt: Continuation; readonly options: WorkerJoinOptions };

/** How much of a prefix has been read, in tokens. */
export type PrefixProgress = Parameters<NonNullable<PrefillOptions['onProgress']>>[0];

/** A value of a stream. */
export type StreamValue =
  | StageEvent
  | FinishEvent<GenerationResult | JoinResult>
  | string
  | number
  | PrefixProgress
  | readonly ForkResult[]
  | undefined;

/** From the client to the worker. Jobs and streams are numbered by the client. */
export type ClientMessage<Request> =
  | { readonly type: 'load'; readonly request: Request }
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
  | { readonly type: 'leave'; readonly stream: number }
  /** Stops everything, the loading as well, frees the model and closes the worker. */
  | { readonly type: 'dispose' };

/** From the worker to the client. */
export type WorkerMessage<Progress> =
  | { readonly type: 'progress'; readonly progress: Progress }
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

/** One end of the line between client and worker, as a browser's workers have it; what is sent must be cloneable. */
export interface Endpoint<Incoming, Outgoing> {
  postMessage(message: Outgoing): void;
  addEventListener(type: 'message', listener: (event: { readonly data: Incoming }) => void): void;
}

/** The client's end, for what is asked of the loader and what that tells meanwhile. */
export type ClientEndpoint<Request, Progress> = Endpoint<WorkerMessage<Progress>, ClientMessage<Request>>;

/** The worker's end. */
export type WorkerEndpoint<Request, Progress> = Endpoint<ClientMessage<Request>, WorkerMessage<Progress>>;
