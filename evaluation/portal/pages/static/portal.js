// A page that waits for something looks again by itself; without this there is a link that does the same.
(function () {
  "use strict";
  var place = document.querySelector("#state[data-waiting]");
  if (!place) return;
  var wait = 2000;
  function look() {
    fetch(location.href.split("#")[0], { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then(function (answer) { return answer.ok && !answer.redirected ? answer.text() : Promise.reject(); })
      .then(function (text) {
        var fresh = new DOMParser().parseFromString(text, "text/html").getElementById("state");
        if (!fresh || fresh.dataset.state !== place.dataset.state) { location.reload(); return; }
        wait = Math.min(wait * 1.3, 15000);
        setTimeout(look, wait);
      })
      .catch(function () { setTimeout(look, 15000); });
  }
  setTimeout(look, wait);
})();
