import { chineseAspects, chineseModifiers, chineseNouns } from './aspects-chinese.ts';
import type { PlanningWording } from './wording.ts';

const chineseSubjects =
  '人工智能、气候变化、电动汽车、有机农业、社交媒体、太阳能、旅游业、网上购物、体育、音乐'.split('、');

export const chineseWording: PlanningWording = {
  aspects: chineseAspects,
  modifiers: chineseModifiers,
  nouns: chineseNouns,
  compounds: {
    common: ['{modifier}{noun}'],
    training: [
      '[早期|公共|日常|未来|法律|数字|基本|额外|当地|国际]{noun}',
      '{noun}[方法|原则|标准|成本|问题]',
      '[选择|购买|整理|测试|分享|保存][工具|房间|材料|日期|地图|座位]',
      '{word}{noun}',
      '{modifier}[问题|团队|因素|方案]',
    ],
  },
  madeUp: { evaluation: [0.1, 0.25, 0.5], training: [0.3, 0.5, 0.7] },
  unknown: '尽早考虑{a}，并写下它对{t}的意义。',
  more: [
    ['先列一份简短的清单。', '请教有经验的人。', '指定一位负责人。', '几周后再检查一次。'],
    ['记录经验，留待下次使用。', '为意外情况留出时间。', '至少比较两种方案。'],
  ],
  topics: {
    common: ['{p}之旅', '{p}的发展', '{subject}对{p}的影响', '{p}的{kind}{event}'],
    training: [
      '{p}的[未来|历史|现状|改造|生活]',
      '[搬到|迁往|前往|回到]{p}[生活|工作|学习]',
      '{subject}的[前景|历史|意义|普及|教学]',
      '[一次|一场|新的|小型|年度]{kind}{event}',
      '[我们的|学校的|社区的][花园|图书馆|网站|厨房|合唱团][项目|计划|改造]',
    ],
    evaluation: ['{p}的假期', '{subject}在{p}的作用'],
  },
  subjects: {
    evaluation: chineseSubjects,
    training: [
      ...chineseSubjects,
      '[廉价|清洁|传统|现代|农村|城市][住房|交通|能源|教育|医疗|工业]',
      '[书法|围棋|园艺|烹饪|阅读|摄影|编程|登山]',
    ],
  },
  eventKinds: '学校、家庭、公司、社区、音乐、图书、美食、夏季'.split('、'),
  events: '活动、晚会、比赛、展览、课程、旅行、会议'.split('、'),
  requests: {
    common: ['请从{list}{n}个方面规划{t}。', '请从{list}等方面分析{t}。'],
    training: [
      '[请|请你|]从{list}[这{n}个方面|等方面|{n}个角度|几方面][讨论|分析|规划|介绍|说明|评估]{t}。',
      '[请|]围绕{list}[规划|讨论|分析|谈]{t}。',
      '[请|][分析|讨论|规划|说明]{t}，[方面包括|要点是|包括|涉及]：{list}。',
      '[请|][从以下方面|按下列要点|分几部分][规划|分析|讨论]{t}：\n{bullets}',
      '[主题|题目|任务]：{t}\n[方面|要点|部分]：{list}',
      '我[正在准备|想了解|要写]{t}，[请谈谈|请说说|需要考虑]{list}。',
    ],
    evaluation: ['请就{list}逐一谈谈{t}。', '请介绍{t}，分为{list}。'],
  },
  nestedClauses: {
    common: ['每个方面再分为{list}。'],
    training: [
      '[请|]把[每个方面|各方面][细分|分解|再分]为{list}。',
      '[每个方面|各部分]都[包括|写出]{list}。',
    ],
    evaluation: ['在每个方面下依次讨论{list}。'],
  },
  directQuestions: {
    common: ['关于{t}的{a}，请直接给一条建议。'],
    training: ['说[一句|一点]关于{t}的{a}的[话|建议]。', '我在[准备|考虑]{t}，{a}[怎么办|要注意什么]？'],
    evaluation: ['对于{t}，{a}方面要注意什么？请直接回答。'],
  },
  short: {
    evaluation: ['请简短回答。'],
    training: ['请[简短|简要|简单][回答|说明]。', '[每点|每个方面]一句话。'],
  },
  long: { evaluation: ['请详细回答。'], training: ['请[详细|充分][回答|说明]。', '[每点|每个方面]三句话。'] },
  listSeparators: { common: ['、'], training: ['、', '，', '；', ' / '] },
  lastSeparators: { common: ['和', '、'], training: ['以及', '与', '，'] },
  marks: { common: ['{a}'], training: ['{a}', '{a}', '“{a}”', '（{i}）{a}'] },
  bullets: { common: ['- {a}'], training: ['- {a}', '{i}. {a}', '{i}、{a}', '* {a}', '（{i}）{a}'] },
  space: '',
  opening: '我们逐一考虑各个方面。',
  nestedOpening: '我们分步考虑各个方面。',
  conclusion: '综合来看，这些方面清楚地说明了{t}。',
  detail: '在{a}方面，先确定{d}，并写下它对{t}的意义。',
  detailsDone: '以上就是{a}。',
};
