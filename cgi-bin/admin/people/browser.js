// Which browser a session is in, for people: what is in a User-Agent that they would recognize.

// Most browsers claim to be others too, so the first that fits is it.
const BROWSERS = [
    [/\bEdg(?:e|A|iOS)?\//, "Edge"], [/\bOPR\//, "Opera"], [/\bSamsungBrowser\//, "Samsung Internet"],
    [/\b(?:Firefox|FxiOS)\//, "Firefox"], [/\b(?:Headless)?Chrome\/|\bChromium\/|\bCriOS\//, "Chrome"],
    [/\bSafari\//, "Safari"],
];
const SYSTEMS = [
    [/\biPhone\b/, "iPhone"], [/\biPad\b/, "iPad"], [/\bAndroid\b/, "Android"], [/\bWindows\b/, "Windows"],
    [/\bCrOS\b/, "ChromeOS"], [/\bMac OS X\b|\bMacintosh\b/, "Mac"], [/\bLinux\b/, "Linux"],
];
const SHOWN = 60;  // characters of one that is not known

const find = (table, agent) => table.find(([pattern]) => pattern.test(agent))?.[1];

/** "Firefox on Windows"; the agent itself, shortened, if it is none of these. */
export function browser(agent) {
    const name = find(BROWSERS, agent);
    const system = find(SYSTEMS, agent);
    if (name)
        return system ? `${name} on ${system}` : name;
    return agent.length > SHOWN ? `${agent.slice(0, SHOWN)}…` : agent || "unknown browser";
}
