"""Clipboards in the shape in which programs write them."""

from __future__ import annotations

from typing import Final

EXCEL: Final = """<html xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">
<head><meta name=Generator content="Microsoft Excel 15">
<!--[if !mso]><style>v\\:* {behavior:url(#default#VML);}</style><![endif]-->
<style>
<!--table
	{mso-displayed-decimal-separator:"\\.";}
.font5
	{color:windowtext;}
td
	{padding-top:1px;mso-number-format:General;}
.xl65
	{mso-number-format:"Short Date";}
.xl66
	{mso-number-format:0%;}
.xl67
	{padding-left:9px;mso-char-indent-count:1;}
.xl68
	{mso-number-format:"m\\0022月\\0022d\\0022日\\0022\\;\\@";white-space:normal;}
-->
</style></head>
<body link="#0563C1">
<table border=0 cellpadding=0 cellspacing=0 width=216>
<!--StartFragment-->
 <col width=72 style='width:54pt'><col width=144>
 <tr height=20 style='height:15.0pt'>
  <td height=20 width=72 style='height:15.0pt'>タスク名</td><td>開始</td><td>達成率</td></tr>
 <tr height=20><td height=20>設計</td><td class=xl65 align=right x:num="46113">########</td><td class=xl66 align=right x:num="0.255">26%</td></tr>
 <tr height=20><td class=xl67>画面<br>
  と帳票</td><td class=xl65 align=right>2026/4/8</td><td class=xl66 x:num>50%</td></tr>
 <tr height=20><td><span style='mso-spacerun:yes'>    </span>試験 &lt;総合&gt;</td><td></td><td align=right x:num="12.25">12.3</td></tr>
<!--EndFragment-->
 <![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72></td><td width=72></td><td></td></tr><![endif]>
</table></body></html>"""

LIBRE_OFFICE: Final = """<!DOCTYPE html><html><head><meta name="generator" content="LibreOffice 7.4"/>
<style type="text/css">body,div,table { font-family:"IPA"; } .comment { display:none; }</style></head>
<body><table cellspacing="0" border="0"><colgroup width="85"></colgroup>
<tr><td height="17" align="left" valign=bottom><font face="IPA">設計</font></td>
<td align="right" sdval="46113" sdnum="1041;0;YYYY&quot;年&quot;M&quot;月&quot;"><font face="IPA">2026年4月</font></td>
<td align="right" sdval="0.5" sdnum="1041;0;0%"><font face="IPA">50%</font></td></tr></table></body></html>"""

SHEETS: Final = """<meta charset='utf-8'><google-sheets-html-origin><style type="text/css"><!--td {border: 1px solid #cccccc;}--></style>
<table xmlns="http://www.w3.org/1999/xhtml" cellspacing="0" data-sheets-root="1"><colgroup><col width="100"/></colgroup><tbody>
<tr style="height:21px;"><td style="overflow:hidden;" data-sheets-value="{&quot;1&quot;:2,&quot;2&quot;:&quot;設計&quot;}">設計</td>
<td data-sheets-value="{&quot;1&quot;:3,&quot;3&quot;:46113}" data-sheets-numberformat="{&quot;1&quot;:5,&quot;2&quot;:&quot;m/d&quot;}">4/1</td>
<td data-sheets-value="{&quot;1&quot;:3,&quot;3&quot;:0.255}" data-sheets-numberformat="{&quot;1&quot;:3,&quot;2&quot;:&quot;0%&quot;}">26%</td></tr>
</tbody></table>"""

NUMBERS: Final = """<html><head><title></title><style>p.p1 {margin: 0.0px}</style></head><body>
<table class="t1"><tbody><tr><td valign="top"><p class="p1">設計</p></td><td><p class="p1">2026/04/01</p><p>2行目</p></td></tr></tbody></table>
</body></html>"""
