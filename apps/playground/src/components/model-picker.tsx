import type { LoadProgress } from '@beltline/web';
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { type ModelStore, messageOf } from '../model-store.ts';
import { readDrop } from '../read-files.ts';

type Kind = 'embedded' | 'named' | 'files';

/** Which model, and what computes. */
export function ModelPicker({ model, disabled }: { model: ModelStore; disabled: boolean }) {
  const kind = useSignal<Kind>(model.choice.value.kind);
  const choose = (next: Kind) => {
    kind.value = next;
    if (next === 'embedded') model.choose({ kind: 'embedded' });
  };
  return (
    <fieldset class="field" disabled={disabled}>
      <legend>Model</legend>
      <div class="segments">
        <Segment name="model" label="Embedded" value="embedded" kind={kind.value} onChoose={choose} />
        <Segment name="model" label="Hub or URL" value="named" kind={kind.value} onChoose={choose} />
        <Segment name="model" label="Local files" value="files" kind={kind.value} onChoose={choose} />
      </div>
      {kind.value === 'named' && <NameField model={model} />}
      {kind.value === 'files' && <FilesField model={model} />}
      {model.gpu.value && <DeviceField model={model} />}
      <Status model={model} />
    </fieldset>
  );
}

interface SegmentProps<Value extends string> {
  readonly name: string;
  readonly label: string;
  readonly value: Value;
  readonly kind: Value;
  readonly onChoose: (value: Value) => void;
}

function Segment<Value extends string>({ name, label, value, kind, onChoose }: SegmentProps<Value>) {
  return (
    <label class="segment">
      <input type="radio" name={name} checked={kind === value} onChange={() => onChoose(value)} />
      <span class="segment-label">{label}</span>
    </label>
  );
}

function NameField({ model }: { model: ModelStore }) {
  return (
    <div class="sub-field">
      <label for="model-name">Name on the Hugging Face hub, or URL of a folder or GGUF file</label>
      <input
        id="model-name"
        type="text"
        inputMode="url"
        autoCapitalize="off"
        spellcheck={false}
        placeholder="onnx-community/Qwen2.5-0.5B-Instruct"
        onChange={({ currentTarget }) => {
          const name = currentTarget.value.trim();
          if (name !== '') model.choose({ kind: 'named', name });
        }}
      />
    </div>
  );
}

function FilesField({ model }: { model: ModelStore }) {
  const area = useRef<HTMLDivElement>(null);
  const over = useSignal(false);
  const problem = useSignal('');
  const accept = async (files: Promise<Readonly<Record<string, File>>>) => {
    problem.value = '';
    try {
      const found = await files;
      const names = Object.keys(found);
      if (names.length === 0) return;
      model.choose({ kind: 'files', name: `${names.length} files`, files: found });
    } catch (error) {
      problem.value = messageOf(error);
    }
  };
  useEffect(() => followDrops(area.current!, over, accept), []);
  return (
    <div ref={area} class={`sub-field drop${over.value ? ' drop-over' : ''}`}>
      <label for="model-files">Drop a model’s folder or GGUF file here, or choose its files</label>
      <input
        id="model-files"
        type="file"
        multiple
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          void accept(Promise.resolve(Object.fromEntries(files.map((file) => [file.name, file]))));
        }}
      />
      {problem.value !== '' && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

/** Takes files that are dropped on an element; `over` is true while some are held above it. */
function followDrops(
  area: HTMLElement,
  over: Signal<boolean>,
  accept: (files: Promise<Readonly<Record<string, File>>>) => Promise<void>,
): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const hover = (event: DragEvent, value: boolean) => {
    event.preventDefault();
    over.value = value;
  };
  area.addEventListener('dragover', (event) => hover(event, true), { signal });
  area.addEventListener('dragleave', (event) => hover(event, false), { signal });
  area.addEventListener(
    'drop',
    (event) => {
      hover(event, false);
      if (event.dataTransfer) void accept(readDrop(event.dataTransfer));
    },
    { signal },
  );
  return () => stopping.abort();
}

function DeviceField({ model }: { model: ModelStore }) {
  const choose = (device: 'wasm' | 'webgpu') => model.chooseDevice(device);
  return (
    <div class="segments" role="radiogroup" aria-label="What computes">
      <Segment name="device" label="CPU" value="wasm" kind={model.device.value} onChoose={choose} />
      <Segment name="device" label="GPU" value="webgpu" kind={model.device.value} onChoose={choose} />
    </div>
  );
}

function Status({ model }: { model: ModelStore }) {
  const { value: state } = model.status;
  return (
    <>
      <p class={state.status === 'failed' ? 'problem' : 'help'} role="status">
        {describe(model)}
      </p>
      {state.status === 'loading' && state.progress && state.progress.phase !== 'load' && (
        <LoadingBar progress={state.progress} />
      )}
      {model.warning.value !== '' && <p class="help">{model.warning}</p>}
    </>
  );
}

/** Without a total nobody can tell how full it is: a bar without a value says so. */
function LoadingBar({ progress: { done, total } }: { progress: LoadProgress }) {
  return <progress aria-label="Loading" max={total} value={total === undefined ? undefined : done} />;
}

function describe({ status, choice }: ModelStore): string {
  const { value: state } = status;
  switch (state.status) {
    case 'none':
      return choice.value.kind === 'files'
        ? `${choice.value.name} chosen; loads with the next run`
        : 'Loads with the next run';
    case 'loading':
      if (state.progress?.phase === 'build') return 'Building the graph';
      return state.progress?.file ? `Fetching ${state.progress.file}` : 'Loading';
    case 'ready': {
      const { device, model } = state.decoder;
      const where =
        device === 'webgpu'
          ? 'on the GPU'
          : `on ${model.threads} CPU ${model.threads === 1 ? 'thread' : 'threads'}`;
      return `Ready, ${where}`;
    }
    case 'failed':
      return state.message;
    default:
      return state satisfies never;
  }
}
