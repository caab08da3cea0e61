import type { DocumentsWording } from './wording.ts';

/** Sentences that answer nothing; no value of a problem is in them. */
export const englishDistractions: DocumentsWording['distractions'] = {
  evaluation: {
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
    team: [],
    building: [],
    device: [],
  },
  training: {
    person: [
      '{s} [likes|loves|enjoys|prefers|avoids|misses] [long|short|quiet|cold|early|late] [walks|evenings|meals|trips|nights|songs].',
      '{s} [speaks|writes|reads|draws|sings|cooks|sleeps] [well|little|a lot|every day|at night|with friends].',
      '{s} is known for [good humor|patience|a loud voice|odd hats|kind words|great courage].',
      '[Friends|Neighbors|Many people|Few people] [like|know|respect|remember] {s}[ well| for this|].',
    ],
    company: [
      '{s} has [many|few|new|loyal|no] customers [abroad|at home|in the north|on the coast].',
      '{s} [won|missed|wants|expects] a prize for its [service|design|machines|staff].',
      '{s} [plans|hopes|refuses|promises] to [grow|move|hire|save] [next year|soon|in spring|again].',
    ],
    place: [
      '{s} is [popular|famous|known|praised] [with visitors|for its parks|for its food|among painters|for its air].',
      '{s} has [an old|a new|a small|a famous] [town hall|market|garden|tower|river].',
    ],
    work: [
      '{s} was a [great|late|small|rare] [success|surprise|failure|event].',
      '{s} [surprised|pleased|angered|bored] [the critics|the public|everybody|the experts].',
    ],
    team: [
      '{s} [plays|trains|fights] [well|hard|badly|with joy] [this year|in winter|at home|away].',
      '[Many|Few|Young|Old] fans [follow|cheer|love] {s}.',
    ],
    building: [
      '{s} is [tall|old|modern|dark|bright] [and|but] [well kept|empty|crowded|beautiful].',
      '[Tourists|Children|Painters] [visit|photograph|admire] {s}.',
    ],
    device: [
      '{s} is [light|heavy|quiet|loud|slow] [and|but] [reliable|cheap to run|easy to clean|hard to find].',
      '[Many|Few|Most] [buyers|experts|users] [praise|like|recommend] {s}.',
    ],
  },
};

export const chineseDistractions: DocumentsWording['distractions'] = {
  evaluation: {
    person: ['{s}喜欢散步。', '{s}会说多种语言。', '{s}爱好集邮。'],
    company: ['{s}有许多海外客户。', '{s}计划明年扩大规模。'],
    place: ['{s}很受游客欢迎。', '{s}以公园闻名。'],
    work: ['{s}大获成功。', '{s}至今仍受欢迎。'],
    team: [],
    building: [],
    device: [],
  },
  training: {
    person: [
      '{s}[喜欢|热爱|讨厌][散步|唱歌|早起|做饭|下棋]。',
      '{s}会[说多种语言|弹琴|修车|画画]。',
      '[朋友们|邻居们]都[喜欢|尊敬]{s}。',
    ],
    company: [
      '{s}有[许多|不少|一些][海外|国内|新]客户。',
      '{s}[计划|打算|希望][明年|以后][扩大规模|招人|搬迁]。',
    ],
    place: ['{s}[很受|深受][游客|画家]欢迎。', '{s}以[公园|美食|夜景|老街]闻名。'],
    work: ['{s}[大获成功|至今仍受欢迎|出乎意料|评价不一]。', '[观众|评论家]都[喜欢|谈论]{s}。'],
    team: ['{s}[今年|主场|最近]表现[很好|一般|不错]。', '[许多|不少]球迷支持{s}。'],
    building: ['{s}[高大|古老|现代]而[美丽|安静|热闹]。', '[游客|孩子们]常去{s}。'],
    device: ['{s}[轻便|耐用|安静]又[便宜|可靠|好用]。', '[许多|多数]用户[推荐|喜欢]{s}。'],
  },
};
