import type { Language } from '@beltline/format';
import type { Wordings } from '../wording.ts';
import type { FactKind, Subject } from './fact-kinds.ts';
import { chineseFacts } from './facts-chinese.ts';
import { englishFacts } from './facts-english.ts';

export interface DocumentsWording {
  readonly facts: readonly FactKind[];
  /** What a document is called; its number follows. */
  readonly titles: Wordings;
  readonly titled: string;
  readonly introductions: Wordings;
  readonly pronouns: Readonly<Record<Subject, readonly string[]>>;
  /** Sentences about the subject, `{s}`, that answer nothing. */
  readonly distractions: Readonly<Record<Subject, readonly string[]>>;
  readonly question: string;
  readonly numberedQuestion: string;
  readonly answerFormat: Wordings;
  readonly answersFormat: string;
  readonly noneClause: string;
  readonly label: string;
  readonly numberedLabel: string;
  /** Between two sentences. */
  readonly space: string;
  readonly about: string;
  readonly says: string;
  readonly silent: string;
  readonly elsewhere: string;
  readonly openings: Readonly<Record<'one' | 'numbered', string>>;
  readonly found: Readonly<Record<'one' | 'numbered', string>>;
  readonly foundNone: Readonly<Record<'one' | 'numbered', string>>;
}

const english: DocumentsWording = {
  facts: englishFacts,
  titles: {
    common: ['Document', 'Document'],
    training: ['Passage', 'Text', 'Source', 'Document'],
    evaluation: ['Article', 'Note'],
  },
  titled: '{title} {i}',
  introductions: {
    common: ['', '', ''],
    training: [
      'Read the following texts.\n\n',
      'Here are {n} texts:\n\n',
      'Answer the question with the help of these texts.\n\n',
    ],
    evaluation: ['Use what is written below.\n\n', 'There are {n} texts.\n\n'],
  },
  pronouns: { person: ['He', 'She'], company: ['It'], place: ['It'], work: ['It'] },
  distractions: {
    person: [
      '{s} likes long walks.',
      '{s} speaks several languages.',
      '{s} is known for good humour.',
      '{s} collects stamps.',
    ],
    company: [
      '{s} has many customers abroad.',
      '{s} won a prize for its service.',
      '{s} plans to grow next year.',
    ],
    place: ['{s} is popular with visitors.', '{s} has an old town hall.', '{s} is famous for its parks.'],
    work: ['{s} was a great success.', '{s} is still popular today.', '{s} surprised the critics.'],
  },
  question: 'Question: {question}',
  numberedQuestion: 'Question {i}: {question}',
  answerFormat: {
    common: ['Please give your final answer in the format of "Answer: {answer}"'],
    training: ['End with "Answer: {answer}"', 'Give your final answer in the format of "Answer: {answer}"'],
    evaluation: ['Write your final answer as "Answer: {answer}"'],
  },
  answersFormat:
    'Please give your final answers in the format of "Answer 1: {answer}" and "Answer 2: {answer}"',
  noneClause: 'If no text says it, answer "none of them".',
  label: 'Answer',
  numberedLabel: 'Answer {i}',
  space: ' ',
  about: 'is about {s}.',
  says: 'It says {sentence}',
  silent: 'It does not answer the question.',
  elsewhere: 'It does not mention {s}.',
  openings: { one: 'Let us check each document.', numbered: 'Let us check each document for question {i}.' },
  found: { one: '{title} gives the answer.', numbered: '{title} answers question {i}.' },
  foundNone: { one: 'No document gives the answer.', numbered: 'No document answers question {i}.' },
};

const chinese: DocumentsWording = {
  facts: chineseFacts,
  titles: { common: ['文档', '文档'], training: ['资料', '材料'], evaluation: ['文章'] },
  titled: '{title}{i}',
  introductions: {
    common: ['', ''],
    training: ['请阅读以下内容。\n\n'],
    evaluation: ['请根据下面的内容作答。\n\n'],
  },
  pronouns: { person: ['他', '她'], company: ['它'], place: ['它'], work: ['它'] },
  distractions: {
    person: ['{s}喜欢散步。', '{s}会说多种语言。', '{s}爱好集邮。'],
    company: ['{s}有许多海外客户。', '{s}计划明年扩大规模。'],
    place: ['{s}很受游客欢迎。', '{s}以公园闻名。'],
    work: ['{s}大获成功。', '{s}至今仍受欢迎。'],
  },
  question: '问题：{question}',
  numberedQuestion: '问题{i}：{question}',
  answerFormat: {
    common: ['请按“答案：{答案}”的格式给出最终答案'],
    training: ['最后请写“答案：{答案}”'],
    evaluation: ['最终答案请写成“答案：{答案}”'],
  },
  answersFormat: '请按“答案1：{答案}”和“答案2：{答案}”的格式给出最终答案',
  noneClause: '如果都没有提到，请回答“都不符合”。',
  label: '答案',
  numberedLabel: '答案{i}',
  space: '',
  about: '讲的是{s}。',
  says: '其中说{sentence}',
  silent: '它没有回答问题。',
  elsewhere: '它没有提到{s}。',
  openings: { one: '我们逐一检查每份文档。', numbered: '我们针对问题{i}逐一检查每份文档。' },
  found: { one: '{title}给出了答案。', numbered: '{title}回答了问题{i}。' },
  foundNone: { one: '没有文档给出答案。', numbered: '没有文档回答问题{i}。' },
};

export const documentsWording: Readonly<Record<Language, DocumentsWording>> = { en: english, zh: chinese };
