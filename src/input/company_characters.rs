//! The characters that names of Chinese companies are mostly made of.
//!
//! For texts that are too short for statistics of bytes: 格力电器 in GBK is eight bytes, which are Korean just as
//! well. Read in the wrong encoding, few characters are among these. It must not decode.

/// The commonest characters of names: places, trades, forms of companies, and words that promise luck.
const COMMON: &str = "\
    有限责任公司股份集团合伙企业厂店社院所部行局会校站场馆室中心分支总店业务服商贸易经营销售工程建设\
    科技术信息网络软件数据通讯电子器机械设备仪器自动化智能制造生产加工材料新型高分子化学医药疗生物健康\
    食品饮料酒茶农林牧渔养殖种植粮油水果蔬菜肉奶餐厅饭店旅游文体育教培训传媒广告影视音乐出版印刷包装纸\
    房地产开发置物业管理投资产融担保险证券银行金基租赁汽车配件运输物流港航空铁路交道桥梁钢结构五金属矿\
    煤石油天然气能源力热供暖环境保护节绿色生态园林景观装饰潢家具居木塑料橡胶玻璃陶瓷服饰纺织布鞋帽皮革\
    日用百货超市国际进出口华东西南北上下海京津沪渝深圳广州杭苏宁波温武汉长沙成都重庆青岛济大连厦门福建\
    江浙徽河山陕甘肃川贵云湖辽吉林黑龙内蒙古新疆西藏宁夏港澳台湾省市县区镇村平安康泰和兴旺盛昌隆达发利\
    鑫福禄寿喜瑞祥吉庆嘉佳美丽好优良精诚信义仁德正大同方圆天地人龙凤虎马鹏鸿宏伟博恒永久远长春夏秋冬阳\
    光明星月日云风雨雪山川江河湖泉源清洁净一二三四五六七八九十百千万亿第世纪元时代未来创联合众友谊爱家\
    乐活思维想智慧文化艺品牌尚雅致格力度小米视讯腾讯阿里巴东京比亚迪宝骏奇瑞吉利红旗解放一汽通用工商交招\
    民贝特尔斯维克拉德安娜莱普顿飞凡立白云南方航东风中兴万科绿碧桂融保利中粮蒙牛伊利茅五粮泸州老窖青啤海\
    信格兰仕美的创维康佳长虹志高奥普方太欧派顾全聚邦得利丰顺圆申韵极兔京拼多哔哩快手字节跳滴摩拜哈啰饿了\
    么携程去哪儿同城赶集瓜子链我爱贝壳自如蛋壳";

/// Whether two thirds of the Chinese characters are common in names, and there is nothing but Chinese, ASCII and
/// the signs of both.
pub(super) fn mostly_make(text: &str) -> bool {
    let (mut han, mut common) = (0_usize, 0_usize);
    for character in text.chars() {
        match character {
            '\u{4e00}'..='\u{9fff}' => {
                han += 1;
                common += usize::from(COMMON.contains(character));
            }
            '\t'
            | '\n'
            | '\r'
            | ' '..='~'
            | '\u{b7}'
            | '\u{2014}'..='\u{201d}'
            | '\u{3000}'..='\u{3011}'
            | '\u{ff00}'..='\u{ff5e}' => {}
            _ => return false,
        }
    }
    han > 0 && common * 3 >= han * 2
}
