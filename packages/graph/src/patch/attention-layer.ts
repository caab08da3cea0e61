import type { NodeProto } from '../onnx-messages.ts';

/** `rows`: `[1, S, heads * headSize]`; `heads`: `[1, heads, S, headSize]`. */
export type Form = 'rows' | 'heads';

/** A value of the graph, and how its heads lie. */
export interface HeadsValue {
  readonly value: string;
  readonly form: Form;
}

/** One layer's attention as a foreign graph has it, whatever its operators: the least that a belt-ready one needs. */
export interface AttentionLayer {
  /** The node that gives the result; what replaces it goes where it stands. */
  readonly node: NodeProto;
  /** The result's name; its form is that of the queries. */
  readonly output: string;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headSize: number;
  readonly elementType: 'float' | 'float16';
  readonly queries: HeadsValue;
  /** Undefined where queries, keys and values lie side by side in `queries`. */
  readonly keys: HeadsValue | undefined;
  readonly values: HeadsValue | undefined;
  /** Names of the graph's inputs. */
  readonly pastKeys: string;
  readonly pastValues: string;
  /** Norms that the operator applies to each head. */
  readonly norms: HeadNorms | undefined;
  /** Rotation that the operator applies; undefined where the graph does it before, or not at all. */
  readonly rotary: Rotary | undefined;
  /** Factor of the scores; undefined: 1 / sqrt(headSize). */
  readonly scale: number | undefined;
  /** More factors, which the graph computes. */
  readonly scaleValues: readonly { readonly operator: 'Mul' | 'Div'; readonly value: string }[];
  readonly softcap: number;
  readonly smoothSoftmax: boolean;
  /** One more logit for each head, `[heads]`. */
  readonly sink: string | undefined;
}

export interface HeadNorms {
  /** Weights `[headSize]`. */
  readonly queries: string;
  readonly keys: string;
  readonly queryEpsilon: number;
  readonly keyEpsilon: number;
}

export interface Rotary {
  /** `[positions, rotated pairs]`, of the graph's element type. */
  readonly cosines: string;
  readonly sines: string;
  readonly interleaved: boolean;
  /** Rotated elements of each head. */
  readonly size: number;
}
