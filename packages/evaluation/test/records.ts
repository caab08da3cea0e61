import type { AnswerRecord, EvaluationMode, Results } from '@beltline/evaluation';

/** An answer as it would be recorded; what matters to a test is given. */
export function createRecord(given: Partial<AnswerRecord> = {}): AnswerRecord {
  return {
    problem: 'documents-1',
    task: 'documents',
    mode: 'sequential',
    correct: true,
    reason: given.correct === false ? 'wrong-answer' : 'right',
    expected: 'Ecuador',
    found: given.correct === false ? 'Peru' : 'Ecuador',
    finishReason: 'stop',
    branches: given.mode && given.mode !== 'sequential' && !given.fallback ? 4 : 0,
    answerTokens: 100,
    forwardPasses: 100,
    milliseconds: 200,
    stages: [{ stage: 'sequential', tokens: 100, forwardPasses: 100, milliseconds: 200 }],
    text: 'Answer: Ecuador',
    ...given,
  };
}

/** The same problems in several modes, one string of `+` (right) and `-` (wrong) for each mode. */
export function createRecords(
  outcomes: Partial<Record<EvaluationMode, string>>,
  task = 'documents',
): AnswerRecord[] {
  return Object.entries(outcomes).flatMap(([mode, signs]) =>
    [...signs].map((sign, index) =>
      createRecord({
        problem: `${task}-${index}`,
        task,
        mode: mode as EvaluationMode,
        correct: sign === '+',
      }),
    ),
  );
}

export function createResults(records: readonly AnswerRecord[], modes: readonly EvaluationMode[]): Results {
  const problems = new Set(records.map(({ problem }) => problem)).size;
  const settings = { model: 'tiny', modes, problems };
  const machine = { processor: '2 cores' };
  const header = { type: 'beltline-evaluation', version: 1, settings, machine } as const;
  return { header: { ...header, startedAt: '2026-11-23T20:00:00.000Z' }, records };
}
