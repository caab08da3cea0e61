import { askingPatterns } from '../asking.ts';
import { chineseDistractions } from './distractions.ts';
import { chineseFacts } from './facts-chinese.ts';
import { chineseTrainingFacts } from './facts-chinese-training.ts';
import type { DocumentsWording } from './wording.ts';

export const chineseWording: DocumentsWording = {
  facts: { evaluation: chineseFacts, training: [...chineseFacts, ...chineseTrainingFacts] },
  titles: {
    common: ['文档', '文档'],
    training: [
      '[资料|材料|文档|报告|信件|段落|记录|条目|章节|片段|档案|摘录|来源|文件|新闻|故事|笔记|页|通知|消息|附件|短文|文本|证词]',
      '{word}[报告|资料|记录]',
    ],
    evaluation: ['文章'],
  },
  titled: {
    common: ['{title}{i}'],
    training: [
      '{title}{i}',
      '{title}[第|-| ]{i}',
      '{title}{letter}',
      '{title}{code}',
      '第{i}[份|篇|段]{title}',
      '{place}{title}',
    ],
  },
  framed: {
    common: ['{title}：{text}'],
    training: [
      '{title}：{text}',
      '{title}[\n| - |，]{text}',
      '【{title}】{text}',
      '（{title}）{text}',
      '[- |* |]{title}：{text}',
      '“{title}”：{text}',
      '{text}（{title}）',
    ],
  },
  introductions: {
    common: ['', ''],
    training: [
      '',
      '[请|请仔细|请先]阅读[以下|下列|这些]{n}[份|段|篇][内容|资料|文字]。\n\n',
      '[以下|下面][是|有][{n}份|几份|一些][资料|文字|内容][：|。]\n\n',
      '[背景|资料|已知|参考内容]：\n',
    ],
    evaluation: ['请根据下面的内容作答。\n\n'],
  },
  pronouns: {
    person: ['他', '她'],
    company: ['它'],
    place: ['它'],
    work: ['它'],
    team: ['它'],
    building: ['它'],
    device: ['它'],
  },
  distractions: chineseDistractions,
  asking: {
    question: { common: ['问题：{question}'], training: askingPatterns.zh.question },
    numberedQuestion: { common: ['问题{i}：{question}'], training: askingPatterns.zh.numberedQuestion },
    label: { common: ['答案'], training: ['答案', '[最终答案|回答|结果|结论|答]'] },
    numberedLabel: '{label}{i}',
    format: {
      common: ['请按“{label}：{答案}”的格式给出最终答案'],
      training: askingPatterns.zh.format,
      evaluation: ['最终答案请写成“{label}：{答案}”'],
    },
    numberedFormat: {
      common: ['请按“{first}：{答案}”和“{second}：{答案}”的格式给出最终答案'],
      training: askingPatterns.zh.numberedFormat,
    },
    noneClause: {
      common: ['如果都没有提到，请回答“都不符合”。'],
      training: ['[如果|若|要是][没有答案|都没有说明|找不到|没有写]，[请|就][回答|写|填]“都不符合”。'],
    },
    space: '',
  },
  space: '',
  about: '讲的是{s}，要求是{asked}，所以{verdict}。',
  same: { yes: '相同', no: '不同' },
  says: '其中说{sentence}',
  silent: '它没有回答问题。',
  openings: { one: '我们逐一检查每份文档。', numbered: '我们针对问题{i}逐一检查每份文档。' },
  found: { one: '{title}给出了答案。', numbered: '{title}回答了问题{i}。' },
  foundNone: { one: '没有文档给出答案。', numbered: '没有文档回答问题{i}。' },
};
