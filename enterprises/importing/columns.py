"""The columns a list may have, their labels, and the headings authorities write over them."""

from enum import StrEnum

from audits.procedure.words import Text


class Column(StrEnum):
    """What a column holds. Values are part of the API (findings, completions)."""

    SERIAL = "serial"
    NAME = "name"
    CODE = "code"
    ORGANIZATION_CODE = "organization_code"
    CITY_NAME = "city_name"
    DIVISION_NAME = "division_name"
    DIVISION_CODE = "division_code"
    ADDRESS = "address"
    PRODUCTION_ADDRESS = "production_address"
    INDUSTRY = "industry"
    CATEGORY = "category"
    SECTOR = "sector"
    LEGAL_REPRESENTATIVE = "legal_representative"
    REMARK = "remark"


LABELS: dict[Column, Text] = {
    Column.SERIAL: Text("序号", "serial number"),
    Column.NAME: Text("企业名称", "enterprise name"),
    Column.CODE: Text("统一社会信用代码", "unified social credit code"),
    Column.ORGANIZATION_CODE: Text("组织机构代码", "organization code"),
    Column.CITY_NAME: Text("所在市", "city"),
    Column.DIVISION_NAME: Text("所在地（区县）", "district or county"),
    Column.DIVISION_CODE: Text("行政区划代码", "division code"),
    Column.ADDRESS: Text("注册地址", "registered address"),
    Column.PRODUCTION_ADDRESS: Text("生产地址", "production address"),
    Column.INDUSTRY: Text("行业", "industry"),
    Column.CATEGORY: Text("类别", "category"),
    Column.SECTOR: Text("重点行业", "sector"),
    Column.LEGAL_REPRESENTATIVE: Text("法定代表人", "legal representative"),
    Column.REMARK: Text("备注", "remark"),
}

# The longest text a column may hold; longer text is most likely a sheet that slipped, and no register could keep it.
MAX_LENGTH: dict[Column, int] = {
    Column.NAME: 200,
    Column.ADDRESS: 300,
    Column.PRODUCTION_ADDRESS: 300,
    Column.LEGAL_REPRESENTATIVE: 100,
    Column.REMARK: 1000,
}

# Headings after `headers.heading_key`: NFKC, no spaces, no asterisks or colons, lower case.
_SYNONYMS: dict[Column, str] = {
    Column.SERIAL: "序号 编号 序 no no. number serial serialnumber #",
    Column.NAME: (
        "企业名称 单位名称 企业 单位 名称 公司名称 企业全称 企业（单位）名称 单位（企业）名称 重点企业名称 "
        "审核企业名称 企业单位名称 排污单位名称 企业名称（全称） name enterprise enterprisename company companyname"
    ),
    Column.CODE: (
        "统一社会信用代码 社会信用代码 信用代码 统一信用代码 统一代码 企业代码 uscc creditcode "
        "unifiedsocialcreditcode socialcreditcode code"
    ),
    Column.ORGANIZATION_CODE: (
        "组织机构代码 机构代码 法人代码 单位代码 企业法人代码 organizationcode organisationcode orgcode"
    ),
    Column.CITY_NAME: "市 地市 所在市 所属市 城市 设区市 地级市 市（州） 州市 市州 city prefecture",
    Column.DIVISION_NAME: (
        "所在地（区县） 所在地（县区） 所在地 区县 县区 区 县 区（县） 县（区） 县（市、区） 县（市区） 区（市、县） 县市区 "
        "市县区 市（区） 市、区 市区 区市 所在区县 所在县区 所属区县 所属县区 所在区域 所属区域 所在区 所在县 区域 "
        "地区 所属地区 所在地区 属地 辖区 行政区 行政区划 行政区划名称 行政区域 所属辖区 板块 所在县（市、区） "
        "所属县（市、区） 所在区（市、县） 所在县市区 district county districtorcounty divisionname division region "
        "area"
    ),
    Column.DIVISION_CODE: (
        "行政区划代码 区划代码 行政区代码 行政区域代码 地区代码 区域代码 区县代码 县区代码 行政编码 行政区划码 "
        "divisioncode districtcode countycode regioncode areacode adcode"
    ),
    Column.ADDRESS: (
        "地址 注册地址 企业地址 单位地址 住所 详细地址 注册地 工商注册地址 通讯地址 厂址 address registeredaddress"
    ),
    Column.PRODUCTION_ADDRESS: (
        "生产地址 生产经营地址 实际生产地址 生产场所地址 生产场所 经营地址 车间地址 实际地址 生产地 "
        "productionaddress siteaddress plantaddress workshopaddress"
    ),
    Column.INDUSTRY: (
        "行业 行业名称 所属行业 行业类别 行业类型 行业代码 国民经济行业 国民经济行业类别 行业分类 行业类别及代码 "
        "行业名称及代码 行业小类 行业大类 industry industrycode"
    ),
    Column.CATEGORY: (
        "类别 企业类别 重点企业类别 审核类别 列入类别 列入原因 列入依据 列入理由 审核类型 名单类别 审核原因 "
        "纳入原因 纳入依据 强制性审核类别 强制性清洁生产审核类别 类型 企业类型 category categories reason"
    ),
    Column.SECTOR: "重点行业 重点行业类别 所属重点行业 行业领域 重点领域 sector keysector",
    Column.LEGAL_REPRESENTATIVE: (
        "法定代表人 法人 法人代表 法定代表 企业法人 负责人 法定代表人姓名 法人姓名 法定代表人（负责人） "
        "legalrepresentative"
    ),
    Column.REMARK: "备注 说明 备考 注 附注 remark remarks note notes comment comments",
}

HEADINGS: dict[str, Column] = {heading: column for column, text in _SYNONYMS.items() for heading in text.split()}
