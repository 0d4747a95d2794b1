// Talks to the center. Every answer is one of: data, a refusal with its status, or nothing (status 0).
const PATIENCE_MS = 15_000;

/** `path` lies below /api/device/; with a body it is sent there, else asked for. `etag` is that of the answer before. */
export async function call(path, { token, body, etag: known } = {}) {
  const language = document.getElementById("main")?.dataset.language ?? "ja";
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  if (known) headers["If-None-Match"] = known;
  const sent = Date.now();
  const nothing = { status: 0, data: null, etag: null, time: null, wait: 0, sent, got: sent };
  try {
    const response = await fetch(`/api/device/${path}?lang=${encodeURIComponent(language)}`, {
      method: body ? "POST" : "GET",
      headers,
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const got = Date.now();
    const wait = Number(response.headers.get("Retry-After")) * 1000 || 0;
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    // a hotel's sign-in page also says 200: what is not our JSON is no answer
    if (response.status !== 304 && !isJson) return { ...nothing, status: response.ok ? 0 : response.status, wait, got };
    const data = response.status === 304 ? null : await response.json();
    const [etag, told] = ["ETag", "X-Server-Time"].map((name) => response.headers.get(name));
    return { status: response.status, data, etag, time: data?.server_time ?? told, wait, sent, got };
  } catch {
    return nothing;
  }
}
