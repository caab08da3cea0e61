import type { RetrievalWording } from './wording.ts';

export const chineseWording: RetrievalWording = {
  introductions: {
    common: ['以下是{n}名学生的简历：'],
    training: ['以下是学生的简历：', '请阅读下面{n}份简历。', '学生名单：'],
    evaluation: ['我们收到了{n}份简历：'],
  },
  resumes: {
    brief: {
      common: ['学生{name}今年{age}岁，GPA为{gpa}。'],
      training: ['{name}：{age}岁，GPA {gpa}', '姓名：{name}；GPA：{gpa}；年龄：{age}岁'],
      evaluation: ['{name}（{age}岁，GPA {gpa}）'],
    },
    medium: {
      common: ['学生{name}今年{age}岁，毕业于{university}，GPA为{gpa}。他/她对{interests}感兴趣。'],
      training: [
        '{name}，{age}岁，就读过{university}，GPA为{gpa}，爱好{interests}。',
        '姓名：{name}。年龄：{age}岁。学校：{university}。GPA：{gpa}。兴趣：{interests}。',
      ],
      evaluation: ['{name}（{age}岁）从{university}毕业，GPA {gpa}，喜欢{interests}。'],
    },
    full: {
      common: [
        '学生{name}今年{age}岁，毕业于{university}，GPA为{gpa}。他/她对{interests}感兴趣，自我介绍是：{introduction}',
      ],
      training: [
        '{name}，{age}岁，就读过{university}，GPA为{gpa}，爱好{interests}。{introduction}',
        '姓名：{name}。年龄：{age}岁。学校：{university}。GPA：{gpa}。兴趣：{interests}。自我介绍：{introduction}',
      ],
      evaluation: ['{name}（{age}岁）从{university}毕业，GPA {gpa}，喜欢{interests}。自述：{introduction}'],
    },
  },
  bullets: ['', '', '- ', '{i}. '],
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
  distractions: [
    '我的一位朋友GPA为{gpa}。',
    '我的妹妹{age}岁。',
    '我在{place}住了{small}年。',
    '我的团队得过{small}个奖。',
  ],
  questions: {
    'gpa-between': {
      common: ['哪位学生的GPA在{low}到{high}之间？'],
      training: ['谁的GPA在{low}和{high}之间？', '请找出GPA在{low}至{high}范围内的学生。'],
      evaluation: ['哪一名学生的GPA介于{low}与{high}之间？'],
    },
    'gpa-above': {
      common: ['哪位学生的GPA高于{limit}？'],
      training: ['谁的GPA超过{limit}？', '请找出GPA大于{limit}的学生。'],
      evaluation: ['哪一名学生的GPA比{limit}高？'],
    },
    'gpa-below': {
      common: ['哪位学生的GPA低于{limit}？'],
      training: ['谁的GPA不到{limit}？', '请找出GPA小于{limit}的学生。'],
      evaluation: ['哪一名学生的GPA比{limit}低？'],
    },
    'age-between': {
      common: ['哪位学生的年龄在{low}到{high}岁之间？'],
      training: ['谁的年龄在{low}和{high}岁之间？', '请找出{low}至{high}岁的学生。'],
      evaluation: ['哪一名学生的年龄介于{low}与{high}岁之间？'],
    },
    'age-above': {
      common: ['哪位学生的年龄大于{limit}岁？'],
      training: ['谁超过{limit}岁？', '请找出年龄高于{limit}岁的学生。'],
      evaluation: ['哪一名学生比{limit}岁大？'],
    },
    'age-below': {
      common: ['哪位学生的年龄小于{limit}岁？'],
      training: ['谁不到{limit}岁？', '请找出年龄低于{limit}岁的学生。'],
      evaluation: ['哪一名学生比{limit}岁小？'],
    },
    university: {
      common: ['哪位学生毕业于{value}？'],
      training: ['谁毕业于{value}？', '请找出就读过{value}的学生。'],
      evaluation: ['哪一名学生是从{value}毕业的？'],
    },
    interest: {
      common: ['哪位学生对{value}感兴趣？'],
      training: ['谁对{value}感兴趣？', '请找出爱好{value}的学生。'],
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
    university: '毕业于{value}',
    interest: '对{value}感兴趣',
  },
  bothQuestion: {
    common: ['哪位学生{first}并且{second}？'],
    training: ['谁{first}，并且{second}？'],
    evaluation: ['哪一名学生既{first}，又{second}？'],
  },
  lookUps: {
    age: { common: ['{name}多大了？'], training: ['{name}的年龄是多少？'], evaluation: ['{name}今年几岁？'] },
    gpa: {
      common: ['{name}的GPA是多少？'],
      training: ['请问{name}的GPA是多少？'],
      evaluation: ['{name}的GPA为多少？'],
    },
    university: {
      common: ['{name}毕业于哪所学校？'],
      training: ['{name}在哪里上学？'],
      evaluation: ['{name}是从哪所学校毕业的？'],
    },
  },
  lookUpAnswers: {
    age: '{name}今年{value}岁。',
    gpa: '{name}的GPA为{value}。',
    university: '{name}毕业于{value}。',
  },
  answerFormat: {
    common: ['请按“姓名：{答案}”的格式给出最终答案（学生的姓名）'],
    training: ['最后请写“姓名：{答案}”'],
    evaluation: ['最终答案请写成“姓名：{答案}”'],
  },
  answersFormat: '请按“姓名1：{答案}”和“姓名2：{答案}”的格式给出最终答案',
  lookUpFormat: '请按“答案：{答案}”的格式给出最终答案',
  noneClause: '如果没有学生符合，请回答“都不符合”。',
  question: '问题：{question}',
  numberedQuestion: '问题{i}：{question}',
  label: '姓名',
  numberedLabel: '姓名{i}',
  lookUpLabel: '答案',
  listSeparator: '、',
  space: '',
  lastSeparator: '和',
  fields: { age: '年龄', gpa: 'GPA' },
  verdicts: { inside: '在范围内', above: '高于界限', below: '低于界限' },
  bodies: {
    between: '{field}是{value}，范围是{low}到{high}，所以{verdict}。',
    limit: '{field}是{value}，界限是{limit}，所以{verdict}。',
    university: '学校是{value}，要求是{asked}，所以{verdict}。',
    interest: '兴趣是{value}，要求是{asked}，所以{verdict}。',
  },
  same: { yes: '相同', no: '不同' },
  among: { yes: '在其中', no: '不在其中' },
  meets: '符合要求。',
  openings: {
    one: '我们逐一检查每位学生。',
    numbered: '我们针对问题{i}逐一检查每位学生。',
    first: '我们先检查每位学生是否符合第一个要求。',
  },
  nextRound: '{names}符合第一个要求。我们再检查他们是否符合第二个要求。',
  found: {
    one: '只有{name}符合要求。',
    numbered: '只有{name}符合问题{i}的要求。',
    both: '只有{name}符合两个要求。',
  },
  foundNone: {
    one: '没有学生符合要求。',
    numbered: '没有学生符合问题{i}的要求。',
    both: '没有学生符合两个要求。',
  },
};
