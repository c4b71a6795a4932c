document.getElementById('appForm').submit();
