import type { OnnxRuntime } from '@beltline/onnx-node';
import type { InferenceSession } from 'onnxruntime-node';
import type { NativeGate } from './native-gate.ts';

/** The installed onnxruntime-node, all its native calls behind a gate; undefined where there is none, which its adapter says best. */
export async function importGatedRuntime(gate: NativeGate): Promise<OnnxRuntime | undefined> {
  const runtime = await import('onnxruntime-node').catch(() => undefined);
  return runtime && gateRuntime(runtime, gate);
}

function gateRuntime({ InferenceSession, Tensor }: OnnxRuntime, gate: NativeGate): OnnxRuntime {
  const create = (...given: Parameters<typeof InferenceSession.create>) =>
    gate.during(async () => gateSession(await InferenceSession.create(...given), gate));
  return { InferenceSession: { create: create as typeof InferenceSession.create }, Tensor };
}

function gateSession(session: InferenceSession, gate: NativeGate): InferenceSession {
  const { run, release } = session;
  return Object.assign(session, {
    run: (...given: Parameters<typeof run>) => gate.during(() => run.apply(session, given)),
    release: () => gate.during(() => release.call(session)),
  });
}
