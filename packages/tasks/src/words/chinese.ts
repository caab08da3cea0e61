// Word lists of the generators.

const characters = (text: string) => [...text.replace(/\s/g, '')];
const list = (words: string) => words.trim().split(/\s*、\s*/);

export const surnames = characters(
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕',
);

export const givenNames = characters(`
  伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧建文辉力玲红玉兰萍飞鹏宇浩然梓涵雨欣思远佳怡晨阳子轩雪梅春燕海波
  志国庆东晓峰婷倩瑞琳嘉豪俊凯`);

export const placeNames = characters(
  '安宁昌平阳江川河海山云龙凤泉石林清远新兴和永丰泰康南北东西中青白金银玉长临',
);

export const companyNames = characters('华盛宏达恒信瑞丰天佳美通联创博远科智鼎诚众立成海星辰光明');

export const companyKinds = list('公司、集团、银行、科技、食品、出版社');

export const universityKinds = list('大学、理工大学、师范大学、医学院、美术学院、财经大学');

export const workNouns = list('之歌、往事、的夏天、的灯光、的花园、的秘密');

export const countries = list(`
  法国、德国、英国、意大利、西班牙、葡萄牙、荷兰、比利时、瑞士、奥地利、波兰、希腊、挪威、瑞典、芬兰、丹麦、冰岛、爱尔兰、俄罗斯、
  埃及、肯尼亚、摩洛哥、加纳、智利、秘鲁、巴西、阿根廷、墨西哥、古巴、加拿大、日本、韩国、泰国、越南、印度、尼泊尔、蒙古、土耳其、
  约旦、伊朗`);

export const products = list(`
  茶叶、咖啡、面包、奶酪、蜂蜜、果汁、家具、地毯、灯具、钟表、手套、帽子、鞋子、雨伞、玩具、钢琴、吉他、纸张、铅笔、玻璃、镜子、蜡烛、
  肥皂、药品、机器人、卡车、轮胎、帐篷、自行车、太阳能板`);

export const interests = list(`
  足球、篮球、游泳、跑步、登山、围棋、象棋、书法、绘画、摄影、音乐、舞蹈、戏剧、电影、文学、写作、历史、哲学、心理学、经济学、编程、
  机器人、天文、化学、生物、园艺、烹饪、旅行、志愿服务、环境保护、设计、辩论`);

export const materials = list('新式、高级、传统、便携、有机、进口、儿童、环保、白色、红色、蓝色、小型');

export const teamKinds = list('雄鹰队、猛虎队、联队、星队、狼队');

export const buildingKinds = list('大厦、大桥、博物馆、剧院、车站、图书馆、体育场');
