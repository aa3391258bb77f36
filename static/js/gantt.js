// The plan with the chart beside it: what the chart needs comes with the page, so that bars are in reach as soon as it is there.
import "./chart/turning.js";
import "./wbs.js";
