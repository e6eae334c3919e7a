#pragma once

namespace hb::sandbox {

// The answer of task.elapseditem.getmanifest. As documented; the page itself warns that it may
// change.
inline constexpr const char* kManifest = R"json({"Manifest version":"1.2",
"Manifest change date":"22 Feb 2018",
"Warning":"Don't rely on format of this manifest, it can be changed without any notifications!",
"REST: shortname alias to class":"elapseditem",
"REST: writable elapseditem data fields":["USER_ID","COMMENT_TEXT","SECONDS","SOURCE",
 "CREATED_DATE","DATE_START","DATE_STOP"],
"REST: readable elapseditem data fields":["ID","TASK_ID","USER_ID","COMMENT_TEXT","SECONDS",
 "MINUTES","SOURCE","CREATED_DATE","DATE_START","DATE_STOP"],
"REST: sortable elapseditem data fields":["ID","TASK_ID","USER_ID","SECONDS","MINUTES",
 "CREATED_DATE","DATE_START","DATE_STOP"],
"REST: filterable elapseditem data fields":["ID","TASK_ID","USER_ID","CREATED_DATE"],
"REST: date fields":["CREATED_DATE","DATE_START","DATE_STOP"],
"REST: available methods":{
"getmanifest":{"staticMethod":true,"params":[]},
"getlist":{"staticMethod":true,"params":[{"description":"taskId","type":"integer"},
 {"description":"order","type":"array","allowedKeys":["ID","TASK_ID","USER_ID","SECONDS",
  "MINUTES","CREATED_DATE","DATE_START","DATE_STOP"]},
 {"description":"filter","type":"array","allowedKeys":["ID","TASK_ID","USER_ID","CREATED_DATE"],
  "allowedKeyPrefixes":["!","<=","<",">=",">"]},
 {"description":"select","type":"array","allowedValues":["","*","ID","TASK_ID","USER_ID",
  "COMMENT_TEXT","SECONDS","MINUTES","SOURCE","CREATED_DATE","DATE_START","DATE_STOP"]},
 {"description":"params","type":"array","allowedKeys":["NAV_PARAMS"]}],
 "allowedKeysInReturnValue":["ID","TASK_ID","USER_ID","COMMENT_TEXT","SECONDS","MINUTES","SOURCE",
  "CREATED_DATE","DATE_START","DATE_STOP"],"collectionInReturnValue":true},
"get":{"mandatoryParamsCount":2,"params":[{"description":"taskId","type":"integer"},
 {"description":"itemId","type":"integer"}]},
"add":{"staticMethod":true,"mandatoryParamsCount":2,"params":[
 {"description":"taskId","type":"integer"},{"description":"fields","type":"array",
 "allowedKeys":["USER_ID","COMMENT_TEXT","SECONDS","SOURCE","CREATED_DATE","DATE_START",
 "DATE_STOP"]}]},
"update":{"staticMethod":false,"mandatoryParamsCount":3,"params":[
 {"description":"taskId","type":"integer"},{"description":"itemId","type":"integer"},
 {"description":"fields","type":"array"}]},
"delete":{"staticMethod":false,"mandatoryParamsCount":2,"params":[
 {"description":"taskId","type":"integer"},{"description":"itemId","type":"integer"}]},
"isactionallowed":{"staticMethod":false,"mandatoryParamsCount":3,"params":[
 {"description":"taskId","type":"integer"},{"description":"itemId","type":"integer"},
 {"description":"actionId","type":"integer"}]}}})json";

} // namespace hb::sandbox
