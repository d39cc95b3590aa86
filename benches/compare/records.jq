# One line of CSV for each record of a page of the dishonest list: the filter that people pass to `jq -r`.
.result.items[]
| [.id, .iname, .type, .cardnum, .businessentity, .casecode, .courtname, .areaname, .regdate, .publishdate, .gistid,
   .gistunit, .duty, .disrupttypename, .performance, .performedPart, .unperformPart, .cpwsUrl, .status, .focusnumber,
   .cid, .dishonestid, .businessId, .legelId, .legelType, .legelToco, .staff]
| @csv
