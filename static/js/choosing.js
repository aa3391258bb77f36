// The list of columns as a page of its own.
import { listenToChoosing } from "./sheet/choosing.js";

listenToChoosing();
