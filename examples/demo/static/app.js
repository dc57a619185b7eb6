import {LongPoll, Socket} from "phoenix";
import {LiveSocket} from "phoenix_live_view";

// ?transport=longpoll (or websocket) decides for this page and, through the tab's session storage,
// for the pages after it.
const asked = new URLSearchParams(location.search).get("transport");
if (asked) sessionStorage.setItem("demo:transport", asked);
const transport = sessionStorage.getItem("demo:transport") === "longpoll" ? LongPoll : WebSocket;

const hooks = {
  Busy: {
    beforeUpdate() {
      const end = performance.now() + Number(this.el.dataset.ms);
      while (performance.now() < end);
    },
  },
  Echo: {
    mounted() {
      this.el.addEventListener("click", () => {
        this.pushEvent("echo", {text: this.el.dataset.text}, reply => {
          document.getElementById("hook-reply").textContent = reply.text;
        });
      });
      this.handleEvent("shout", ({text}) => {
        document.getElementById("hook-event").textContent = text;
      });
    },
  },
};

const csrfToken = document.querySelector("meta[name='csrf-token']").content;
const liveSocket = new LiveSocket("/live", Socket, {params: {_csrf_token: csrfToken}, transport, hooks});
window.addEventListener("demo:mark", e => e.target.setAttribute("data-marked", e.detail.value));
liveSocket.connect();
window.liveSocket = liveSocket;
