import { askingPatterns } from '../asking.ts';
import type { RetrievalWording } from './wording.ts';

export const chineseWording: RetrievalWording = {
  introductions: {
    common: ['以下是{n}名学生的简历：'],
    training: [
      '[以下|下面|这里][是|有][学生|{n}名学生|{n}位学生]的[简历|资料|信息][：|。]',
      '[请|请先][阅读|查看|比较][下面|下列|这]{n}份[简历|资料]。',
      '[学生|简历]名单：',
    ],
    evaluation: ['我们收到了{n}份简历：'],
  },
  otherIntroductions: {
    common: [],
    training: [
      '[以下|下面|这里][是|有]{n}[个|条]{noun}[的资料|的信息|的记录|]：',
      '{noun}[名单|列表|资料|一览]：',
      '[请|请先][阅读|查看|比较][下列|这些|所有]{noun}[的资料|的记录]。',
    ],
  },
  resumes: {
    brief: {
      common: ['学生{name}今年{age}岁，GPA为{gpa}。'],
      evaluation: ['{name}（{age}岁，GPA {gpa}）'],
    },
    medium: {
      common: ['学生{name}今年{age}岁，毕业于{affiliation}，GPA为{gpa}。他/她对{interests}感兴趣。'],
      evaluation: ['{name}（{age}岁）从{affiliation}毕业，GPA {gpa}，喜欢{interests}。'],
    },
    full: {
      common: [
        '学生{name}今年{age}岁，毕业于{affiliation}，GPA为{gpa}。他/她对{interests}感兴趣，自我介绍是：{introduction}',
      ],
      evaluation: ['{name}（{age}岁）从{affiliation}毕业，GPA {gpa}，喜欢{interests}。自述：{introduction}'],
    },
  },
  bullets: {
    common: ['', '', '- ', '{i}. '],
    training: ['', '', '{i}、', '（{i}）', '{i}）', '* '],
    evaluation: [],
  },
  selfIntroductions: {
    common: ['我热爱{a}和{b}。'],
    training: [
      '我希望把{a}和{b}结合起来。',
      '{a}让我成长，{b}让我放松。',
      '我想用{a}帮助别人。',
      '周末我常常把时间花在{b}上。',
    ],
    evaluation: ['我的梦想与{a}有关。', '朋友们都知道我喜欢{a}。'],
  },
  distractions: {
    common: [
      '我的一位朋友GPA为{gpa}。',
      '我的妹妹{age}岁。',
      '我在{place}住了{small}年。',
      '我的团队得过{small}个奖。',
    ],
    training: ['我的[哥哥|老师|邻居]{age}岁。', '我[读过|写过]{age}本书。'],
    evaluation: [],
  },
  questions: {
    'gpa-between': {
      common: ['哪位学生的GPA在{low}到{high}之间？'],
      evaluation: ['哪一名学生的GPA介于{low}与{high}之间？'],
    },
    'gpa-above': {
      common: ['哪位学生的GPA高于{limit}？'],
      evaluation: ['哪一名学生的GPA比{limit}高？'],
    },
    'gpa-below': {
      common: ['哪位学生的GPA低于{limit}？'],
      evaluation: ['哪一名学生的GPA比{limit}低？'],
    },
    'age-between': {
      common: ['哪位学生的年龄在{low}到{high}岁之间？'],
      evaluation: ['哪一名学生的年龄介于{low}与{high}岁之间？'],
    },
    'age-above': {
      common: ['哪位学生的年龄大于{limit}岁？'],
      evaluation: ['哪一名学生比{limit}岁大？'],
    },
    'age-below': {
      common: ['哪位学生的年龄小于{limit}岁？'],
      evaluation: ['哪一名学生比{limit}岁小？'],
    },
    affiliation: {
      common: ['哪位学生毕业于{value}？'],
      evaluation: ['哪一名学生是从{value}毕业的？'],
    },
    interest: {
      common: ['哪位学生对{value}感兴趣？'],
      evaluation: ['哪一名学生喜欢{value}？'],
    },
  },
  phrases: {
    'gpa-between': 'GPA在{low}到{high}之间',
    'gpa-above': 'GPA高于{limit}',
    'gpa-below': 'GPA低于{limit}',
    'age-between': '年龄在{low}到{high}岁之间',
    'age-above': '年龄大于{limit}岁',
    'age-below': '年龄小于{limit}岁',
    affiliation: '毕业于{value}',
    interest: '对{value}感兴趣',
  },
  bothQuestion: {
    common: ['哪位学生{first}并且{second}？'],
    evaluation: ['哪一名学生既{first}，又{second}？'],
  },
  lookUps: {
    age: { common: ['{name}多大了？'], evaluation: ['{name}今年几岁？'] },
    gpa: {
      common: ['{name}的GPA是多少？'],
      evaluation: ['{name}的GPA为多少？'],
    },
    affiliation: {
      common: ['{name}毕业于哪所学校？'],
      evaluation: ['{name}是从哪所学校毕业的？'],
    },
  },
  lookUpAnswer: '{name}{state}。',
  asking: {
    question: { common: ['问题：{question}'], training: askingPatterns.zh.question },
    numberedQuestion: { common: ['问题{i}：{question}'], training: askingPatterns.zh.numberedQuestion },
    label: { common: ['姓名'], training: ['[姓名|名字|答案|{noun}|结果|回答]'] },
    numberedLabel: '{label}{i}',
    format: {
      common: ['请按“{label}：{答案}”的格式给出最终答案（{noun}的姓名）'],
      training: askingPatterns.zh.format,
      evaluation: ['最终答案请写成“{label}：{答案}”'],
    },
    numberedFormat: {
      common: ['请按“{first}：{答案}”和“{second}：{答案}”的格式给出最终答案'],
      training: askingPatterns.zh.numberedFormat,
    },
    noneClause: {
      common: ['如果没有{noun}符合，请回答“都不符合”。'],
      training: [
        '[如果|若|要是][没有{noun}符合|都不是|没有这样的{noun}|找不到]，[请|就][回答|写|填]“都不符合”。',
      ],
    },
    space: '',
  },
  askingOne: {
    question: { common: ['问题：{question}'], training: askingPatterns.zh.question },
    numberedQuestion: { common: ['问题{i}：{question}'] },
    label: { common: ['答案'], training: ['[答案|结果|回答]'] },
    numberedLabel: '{label}{i}',
    format: { common: ['请按“{label}：{答案}”的格式给出最终答案'], training: askingPatterns.zh.format },
    numberedFormat: { common: ['“{first}：{答案}”“{second}：{答案}”'] },
    space: '',
  },
  listSeparator: '、',
  space: '',
  lastSeparator: '和',
  and: '并且',
  relations: { above: '高于', below: '低于' },
  verdicts: { inside: '在范围内', above: '高于界限', below: '低于界限' },
  bodies: {
    between: '{field}是{value}，范围是{low}到{high}，所以{verdict}。',
    limit: '{field}是{value}，要求{relation}{limit}，所以{verdict}。',
    exactly: '{field}是{value}，要求是{asked}，所以{verdict}。',
    interest: '兴趣是{value}，要求是{asked}，所以{verdict}。',
  },
  same: { yes: '相同', no: '不同' },
  among: { yes: '在其中', no: '不在其中' },
  meets: '{name}符合要求。',
  openings: {
    one: '我们逐一检查。',
    numbered: '我们针对问题{i}逐一检查。',
    first: '我们先逐一检查第一个要求。',
  },
  nextRound: '{names}符合第一个要求。我们再逐一检查第二个要求。',
  found: {
    one: '只有{name}符合要求。',
    numbered: '只有{name}符合问题{i}的要求。',
    both: '只有{name}符合两个要求。',
  },
  foundNone: {
    one: '没有一个符合要求。',
    numbered: '没有一个符合问题{i}的要求。',
    both: '没有一个符合两个要求。',
  },
};
