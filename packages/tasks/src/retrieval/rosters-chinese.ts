import { parseRosters } from './parse-rosters.ts';

export const rostersChinese = parseRosters({
  measures: `
age | 年龄 | 年龄 | 18-45 | 1 | {v}岁 | 年龄{v}岁 / 年龄为{v}岁
gpa | GPA | GPA | 150-500 | 100 | {v} | GPA为{v} / GPA是{v} / 绩点GPA为{v}
score | 分数 | [分数|得分|成绩] | 10-99 | 1 | {v}分 | 分数为{v}分 / 成绩是{v}分 / 得分为{v}分
salary | 月薪 | [月薪|工资] | 1200-9800 | 1 | {v}元 | 月薪为{v}元 / 月薪{v}元 / 每月工资为{v}元
experience | 工龄 | [工龄|工作年限] | 1-38 | 1 | {v}年 | 工龄为{v}年 / 工龄{v}年
points | 积分 | [积分|总积分] | 5-400 | 1 | {v} | 积分为{v} / 积分是{v}
height | 身高 | 身高 | 140-215 | 1 | {v}厘米 | 身高{v}厘米 / 身高为{v}厘米
weight | 体重 | 体重 | 400-1200 | 10 | {v}公斤 | 体重{v}公斤 / 体重为{v}公斤
price | 价格 | [价格|售价] | 500-9900 | 100 | {v}元 | 价格为{v}元 / 售价为{v}元
rating | 评分 | 评分 | 10-99 | 10 | {v} | 评分为{v} / 评分是{v}`,
  affiliations: `
university | 学校 | [学校|院校|毕业院校] | 毕业于{v} / 就读过{v} / 曾就读于{v}
company | 公司 | [公司|单位] | 在{v}工作 / 就职于{v}
place | 城市 | [城市|所在地] | 来自{v} / 登记在{v}
team | 球队 | [球队|队伍] | 效力于{v} / 属于{v}`,
  rosters: `
person | 学生、学员、毕业生、实习生 | age、gpa、score | university、place
person | 员工、职员、申请人、候选人、经理、工程师、司机、教师 | age、salary、experience、rating | company、place、university
person | 选手、球员、运动员、歌手 | age、points、height、weight、score | team、place
person | 病人、客人、会员、顾客、志愿者、乘客 | age、weight、height、points | company、place
device | 手机、相机、电脑、汽车、产品 | price、weight、rating | company、place`,
  plural: (noun) => noun,
});
